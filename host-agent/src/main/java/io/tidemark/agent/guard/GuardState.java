package io.tidemark.agent.guard;

/// What the guard looks after. Moments are milliseconds of the guard's own clock that never goes back.
public sealed interface GuardState {
    /// No domain has been named yet.
    record Idle() implements GuardState {}

    /// A domain is named; neither freeze nor job is under way.
    record Watching(long leaseEndsMillis) implements GuardState {}

    /// The guest is frozen, and must be thawed by the earlier of the two moments.
    record Frozen(long leaseEndsMillis, long thawByMillis) implements GuardState {}

    /// Our job runs. `scratchLimitBytes` is how much the guest may overwrite before the job is given up.
    record JobRunning(long leaseEndsMillis, long scratchLimitBytes) implements GuardState {}

    /// Everything is cleaned up; the process exits.
    record Ended() implements GuardState {}
}
