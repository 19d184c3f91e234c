package io.tidemark.agent.guard;

import org.jspecify.annotations.Nullable;

/// What the guard looks after. Moments are milliseconds of the guard's own clock that never goes back.
public sealed interface GuardState {
    /// No domain has been named yet.
    record Idle() implements GuardState {}

    /// A domain is named; neither freeze nor job has been begun, as both are said before.
    record Watching(long leaseEndsMillis, GuestPause pause) implements GuardState {}

    /// The guest is frozen, or about to be, and must be thawed by the earlier of the two moments.
    record Frozen(long leaseEndsMillis, long thawByMillis, GuestPause pause) implements GuardState {}

    /// The guest stands still by our order, or is about to, and must run on by the earliest of the moments.
    ///
    /// @param thawByMillis null if it was paused without a freeze of ours
    record Suspended(long leaseEndsMillis, @Nullable Long thawByMillis, long resumeByMillis, GuestPause pause)
            implements GuardState {}

    /// Our job runs, or is about to.
    ///
    /// @param mayBeFrozen whether a freeze of ours was begun whose end nobody knows
    record JobRunning(JobLimits limits, boolean mayBeFrozen, GuestPause pause) implements GuardState {}

    /// Everything is cleaned up; the process exits.
    record Ended() implements GuardState {}

    /// When and for what a job is given up.
    ///
    /// @param scratchBytes how much the guest may overwrite before the job is given up
    record JobLimits(long leaseEndsMillis, long scratchBytes) {}
}
