/// The agent's ends of the topics: commands in, events out. Decides nothing.
@NullMarked
package io.tidemark.agent.kafka;

import org.jspecify.annotations.NullMarked;
