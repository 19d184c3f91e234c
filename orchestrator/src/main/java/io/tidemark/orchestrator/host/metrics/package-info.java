/// Hosts as Prometheus metrics.
@NullMarked
package io.tidemark.orchestrator.host.metrics;

import org.jspecify.annotations.NullMarked;
