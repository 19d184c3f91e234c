/// Events: past tense, sent by whoever saw it happen.
@NullMarked
package io.tidemark.schemas.event;

import org.jspecify.annotations.NullMarked;
