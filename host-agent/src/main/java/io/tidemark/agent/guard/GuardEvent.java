package io.tidemark.agent.guard;

/// What the guard hears from the agent, sees on its clock, or finds out about the domain.
public sealed interface GuardEvent {
    /// The agent begins with a domain.
    record Watched(long leaseEndsMillis) implements GuardEvent {}

    /// The agent is about to freeze the guest; said before the freeze, so that none goes unseen.
    record FreezeBegun(long thawByMillis) implements GuardEvent {}

    /// The agent is about to pause the guest, which runs; said before the pause, so that none goes unseen.
    record PauseBegun(long resumeByMillis) implements GuardEvent {}

    /// The agent has let the guest run on.
    record PauseEnded() implements GuardEvent {}

    /// The job runs, or is about to.
    ///
    /// @param mayBeFrozen whether a freeze of ours was begun that nobody knows to have ended
    record JobBegun(long scratchLimitBytes, boolean mayBeFrozen) implements GuardEvent {}

    /// The agent is alive and needs more time.
    record LeaseRenewed(long leaseEndsMillis) implements GuardEvent {}

    /// The guard looked at the clock.
    record Ticked(long nowMillis) implements GuardEvent {}

    /// The guard looked at the job.
    record JobSeen(long scratchUsedBytes, boolean isPausedForSpace) implements GuardEvent {}

    /// The agent has thawed and ended the job itself.
    record AgentDone() implements GuardEvent {}

    /// The agent is gone.
    record PipeClosed() implements GuardEvent {}
}
