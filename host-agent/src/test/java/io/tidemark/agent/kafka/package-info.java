/// The agent as a process against a real broker.
@NullMarked
package io.tidemark.agent.kafka;

import org.jspecify.annotations.NullMarked;
