package io.tidemark.orchestrator.task;

import io.tidemark.schemas.id.Attempt;
import io.tidemark.schemas.id.RestorePointId;
import io.tidemark.schemas.vocabulary.FailureReason;

/// Where one task stands. Each state holds exactly the facts that are true in it.
public sealed interface TaskState {
    /// The sending that counts. Fences off answers to earlier ones.
    Attempt attempt();

    /// Admission has not let the task go yet. `tries` counts the sendings so far, and `attempt` is the last of them
    /// or, with none, the number under which the task was opened.
    record Queued(Attempt attempt, int tries) implements TaskState {}

    /// The command is on its way; no host has answered. `point` is the restore point that the attempt would make.
    record Dispatched(Attempt attempt, RestorePointId point, int tries) implements TaskState {}

    /// The host copies disks. `bytesCopied` never falls.
    record Copying(Attempt attempt, RestorePointId point, int tries, long bytesCopied) implements TaskState {
        public Copying {
            if (bytesCopied < 0) {
                throw new IllegalArgumentException("bytesCopied: expected 0 or more, found " + bytesCopied);
            }
        }
    }

    /// A cancel was sent. The commit may still win the race.
    record Cancelling(Attempt attempt, RestorePointId point) implements TaskState {}

    /// The restore point is committed.
    record Succeeded(Attempt attempt, RestorePointId point) implements TaskState {}

    /// The task was given up, for `reason`.
    record Failed(Attempt attempt, FailureReason reason) implements TaskState {}

    /// The task was cancelled before a commit was heard of.
    record Cancelled(Attempt attempt) implements TaskState {}
}
