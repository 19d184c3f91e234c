/// What the orchestrator does by itself, again and again, as each feature declares it.
@NullMarked
package io.tidemark.orchestrator.tick;

import org.jspecify.annotations.NullMarked;
