package io.tidemark.orchestrator.task;

import io.tidemark.schemas.id.Attempt;
import io.tidemark.schemas.id.RestorePointId;
import io.tidemark.schemas.vocabulary.FailureReason;

/// What can happen to a task. Late, duplicate and foreign events are the normal case.
public sealed interface TaskEvent {
    /// The sending that the event belongs to.
    Attempt attempt();

    /// Admission let the task go; `attempt` is a new one and `point` was minted for it.
    record Admitted(Attempt attempt, RestorePointId point) implements TaskEvent {}

    /// The host has begun the copy.
    record BackupStarted(Attempt attempt) implements TaskEvent {}

    /// The host has copied `bytesCopied` in all.
    record Progressed(Attempt attempt, long bytesCopied) implements TaskEvent {}

    /// The repository holds the commit record of `point`.
    record BackupCompleted(Attempt attempt, RestorePointId point) implements TaskEvent {}

    /// The attempt ended without a commit.
    record BackupFailed(Attempt attempt, FailureReason reason) implements TaskEvent {}

    /// The agent would not execute the command.
    record CommandRefused(Attempt attempt, FailureReason reason) implements TaskEvent {}

    /// A person or a client wants the task to stop.
    record CancelRequested(Attempt attempt) implements TaskEvent {}

    /// The deadline of the attempt has passed.
    record TimedOut(Attempt attempt) implements TaskEvent {}
}
