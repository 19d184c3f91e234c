/// Starts Kafka, PostgreSQL, the orchestrator and a host agent on one machine, and stops them in reverse order.
@NullMarked
package io.tidemark.embedded.launcher;

import org.jspecify.annotations.NullMarked;
