package io.tidemark.orchestrator.restore;

import io.tidemark.schemas.id.Attempt;
import io.tidemark.schemas.vocabulary.FailureReason;

/// Where one restore stands. Each state holds exactly the facts that are true in it.
public sealed interface RestoreState {
    /// The sending that counts.
    Attempt attempt();

    /// The host has no granted session; nothing was sent.
    record Waiting(Attempt attempt) implements RestoreState {}

    /// The command is on its way; the host has not answered.
    record Dispatched(Attempt attempt) implements RestoreState {}

    /// The host writes images. `bytesWritten` never falls.
    record Writing(Attempt attempt, long bytesWritten) implements RestoreState {}

    /// A cancel was sent. Completion may still win the race.
    record Cancelling(Attempt attempt) implements RestoreState {}

    /// Every image was written and read back.
    record Succeeded(Attempt attempt, long bytesWritten) implements RestoreState {}

    /// There are no usable images.
    record Failed(Attempt attempt, FailureReason reason) implements RestoreState {}

    default boolean isTerminal() {
        return switch (this) {
            case Succeeded _, Failed _ -> true;
            case Waiting _, Dispatched _, Writing _, Cancelling _ -> false;
        };
    }
}
