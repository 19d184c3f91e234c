/// Runs what an operator has put on the host around the freeze of a guest. It knows neither guest nor hypervisor,
/// and nothing that a message says ever becomes a path or a word of a command.
@NullMarked
package io.tidemark.agent.script;

import org.jspecify.annotations.NullMarked;
