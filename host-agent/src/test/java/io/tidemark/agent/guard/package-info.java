/// Tests of the guard.
@NullMarked
package io.tidemark.agent.guard;

import org.jspecify.annotations.NullMarked;
