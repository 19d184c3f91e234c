package io.tidemark.agent.command;

import io.tidemark.schemas.command.AgentCommand;
import io.tidemark.schemas.command.AgentCommand.ListSnapshots;
import io.tidemark.schemas.command.AgentCommand.ObserveVm;
import io.tidemark.schemas.envelope.Envelope;
import io.tidemark.schemas.event.AgentEvent;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/// What carries commands out. Called for one command of a VM at a time, on threads that may block.
public interface Work {
    /// Carries a command out and returns when it has ended; the last event reported says how. An exception is an
    /// end as well, and becomes a failure with its message.
    ///
    /// @param cancelled completes when the command is to be given up
    void run(Envelope<AgentCommand> command, CompletionStage<?> cancelled, Consumer<AgentEvent> report);

    /// Finds out how a command ended that an earlier life of the agent was given, puts right what it left behind,
    /// and reports the end. An exception means that this cannot be told yet; then it is asked again later.
    void settle(Envelope<AgentCommand> command, Consumer<AgentEvent> report);

    /// Looks at a VM and says what was seen. Takes as long as the hypervisor takes.
    AgentEvent observe(ObserveVm question);

    /// Looks which snapshots there are, and says what was seen. Takes as long as storage and hypervisor take.
    AgentEvent list(ListSnapshots question);

    /// Has the inventory sent soon; may return before it is.
    void sendReport();
}
