/// Hears all that is said to the orchestrator.
@NullMarked
package io.tidemark.orchestrator.inbox.kafka;

import org.jspecify.annotations.NullMarked;
