/// Takes commands in: the journal that makes a second delivery an answer and not a second execution.
@NullMarked
package io.tidemark.agent.command;

import org.jspecify.annotations.NullMarked;
