/// The small process that thaws and aborts when the agent cannot.
@NullMarked
package io.tidemark.agent.guard;

import org.jspecify.annotations.NullMarked;
