/// Restore points as Prometheus metrics.
@NullMarked
package io.tidemark.orchestrator.catalog.metrics;

import org.jspecify.annotations.NullMarked;
