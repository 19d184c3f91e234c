package io.tidemark.orchestrator.restore;

import io.tidemark.schemas.id.Attempt;
import io.tidemark.schemas.vocabulary.FailureReason;

/// What can happen to a restore. Late, duplicate and foreign events are the normal case.
public sealed interface RestoreEvent {
    /// The sending that the event belongs to.
    Attempt attempt();

    /// The host has a granted session.
    record HostReady(Attempt attempt) implements RestoreEvent {}

    /// The host holds the targets.
    record Started(Attempt attempt) implements RestoreEvent {}

    /// The host has written `bytesWritten` in all.
    record Progressed(Attempt attempt, long bytesWritten) implements RestoreEvent {}

    /// Every image was written and read back.
    record Completed(Attempt attempt, long bytesWritten) implements RestoreEvent {}

    /// The host gave up, or would not begin.
    record Refused(Attempt attempt, FailureReason reason) implements RestoreEvent {}

    /// The agent that carried it out has started anew.
    record AgentRestarted(Attempt attempt) implements RestoreEvent {}

    /// A person wants the restore to stop.
    record CancelRequested(Attempt attempt) implements RestoreEvent {}

    /// The deadline has passed.
    record TimedOut(Attempt attempt) implements RestoreEvent {}
}
