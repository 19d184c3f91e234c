/// Wiring: clock, ids, configuration, threads. The only package that knows the adapters.
@NullMarked
package io.tidemark.orchestrator.boot;

import org.jspecify.annotations.NullMarked;
