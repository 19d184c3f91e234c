/// Tests of the message contracts.
@NullMarked
package io.tidemark.schemas.envelope;

import org.jspecify.annotations.NullMarked;
