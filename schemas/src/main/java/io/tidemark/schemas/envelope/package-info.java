/// How messages travel: CloudEvents headers, JSON bodies and the names of the topics.
@NullMarked
package io.tidemark.schemas.envelope;

import org.jspecify.annotations.NullMarked;
