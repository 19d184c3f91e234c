package io.tidemark.orchestrator.restore;

import io.tidemark.schemas.id.Attempt;

/// What a decision asks for. The decider returns it and never does it.
public sealed interface RestoreEffect {
    /// Send the command that starts the restore.
    record SendStart(Attempt attempt) implements RestoreEffect {}

    /// Send the command that cancels it; the agent remembers it if it arrives first.
    record SendCancel(Attempt attempt) implements RestoreEffect {}

    /// Tell everyone that the restore has reached its end.
    record PublishEnd() implements RestoreEffect {}
}
