package io.tidemark.orchestrator.snapshot;

import io.tidemark.schemas.id.Attempt;
import io.tidemark.schemas.vocabulary.FailureReason;

/// Where one task of a snapshot stands. Each state holds exactly the facts that are true in it.
public sealed interface SnapshotTaskState {
    /// The sending that counts.
    Attempt attempt();

    /// The VM is on no host, or that has no granted session.
    ///
    /// @param wasSent whether an earlier sending may have been carried out
    record Waiting(Attempt attempt, boolean wasSent) implements SnapshotTaskState {}

    /// The command is on its way, waits behind others of its VM, or is carried out.
    record Dispatched(Attempt attempt) implements SnapshotTaskState {}

    /// It is done.
    record Succeeded(Attempt attempt) implements SnapshotTaskState {}

    /// It was not done as far as is known.
    record Failed(Attempt attempt, FailureReason reason) implements SnapshotTaskState {}

    /// It was told to have failed for the reason named, and its host has done it all the same.
    record DoneLate(Attempt attempt, FailureReason reason) implements SnapshotTaskState {}

    default boolean isTerminal() {
        return switch (this) {
            case Succeeded _, Failed _, DoneLate _ -> true;
            case Waiting _, Dispatched _ -> false;
        };
    }
}
