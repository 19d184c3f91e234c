@NullMarked
package io.tidemark.agent.cli;

import org.jspecify.annotations.NullMarked;
