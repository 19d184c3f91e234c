/// Mains, configuration and wiring of the host agent.
@NullMarked
package io.tidemark.agent.boot;

import org.jspecify.annotations.NullMarked;
