/// What each disk's bitmap is good for, as last known.
@NullMarked
package io.tidemark.orchestrator.epoch;

import org.jspecify.annotations.NullMarked;
