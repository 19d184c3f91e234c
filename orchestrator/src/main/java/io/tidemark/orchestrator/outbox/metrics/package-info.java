/// Messages that wait to be sent, as a Prometheus metric.
@NullMarked
package io.tidemark.orchestrator.outbox.metrics;

import org.jspecify.annotations.NullMarked;
