package io.tidemark.orchestrator.snapshot;

import io.tidemark.schemas.id.Attempt;

/// What a decision asks for. The decider returns it and never does it.
sealed interface SnapshotTaskEffect {
    /// Send the command.
    record SendCommand(Attempt attempt) implements SnapshotTaskEffect {}

    /// Send the command that cancels it; the agent remembers it if it arrives first.
    record SendCancel(Attempt attempt) implements SnapshotTaskEffect {}

    /// The snapshot stands there from now on, unless it is deleted.
    record MoveSnapshot(SnapshotState to) implements SnapshotTaskEffect {}

    /// The volumes were, will be or may have been put back: no bitmap of theirs proves anything any more.
    record EndEpochs() implements SnapshotTaskEffect {}

    /// Tell everyone how the task has ended.
    record PublishEnd() implements SnapshotTaskEffect {}

    /// Answer the client that has asked, if one has; once.
    record TellAsker() implements SnapshotTaskEffect {}
}
