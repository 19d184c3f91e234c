/// What the wiring computes.
@NullMarked
package io.tidemark.agent.boot;

import org.jspecify.annotations.NullMarked;
