/// Tasks as Prometheus metrics.
@NullMarked
package io.tidemark.orchestrator.task.metrics;

import org.jspecify.annotations.NullMarked;
