package io.tidemark.orchestrator.snapshot;

import io.tidemark.schemas.id.Attempt;
import io.tidemark.schemas.vocabulary.FailureReason;

/// What can happen to a task of a snapshot. Late, duplicate and foreign events are the normal case.
sealed interface SnapshotTaskEvent {
    /// The sending that the event belongs to.
    Attempt attempt();

    /// The VM, or the volumes, are on a host that has a granted session.
    record HostReady(Attempt attempt) implements SnapshotTaskEvent {}

    /// The host has done what was asked for. True whichever sending it answers.
    record Done(Attempt attempt) implements SnapshotTaskEvent {}

    /// The host gave up, or would not begin.
    record Refused(Attempt attempt, FailureReason reason) implements SnapshotTaskEvent {}

    /// The command met another session, or an agent that has lost its journal; it is good to be sent again, as
    /// every command about a snapshot may come twice.
    ///
    /// @param next the number of the sending to come
    record SentInVain(Attempt attempt, Attempt next) implements SnapshotTaskEvent {}

    /// The deadline has passed.
    record TimedOut(Attempt attempt) implements SnapshotTaskEvent {}

    /// A person wants it no more.
    record CancelAsked(Attempt attempt) implements SnapshotTaskEvent {}
}
