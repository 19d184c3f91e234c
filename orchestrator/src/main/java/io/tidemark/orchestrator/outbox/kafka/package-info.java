/// Sends what the outbox holds, and makes topics.
@NullMarked
package io.tidemark.orchestrator.outbox.kafka;

import org.jspecify.annotations.NullMarked;
