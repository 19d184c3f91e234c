package io.tidemark.orchestrator.policy;

import io.tidemark.schemas.id.RunId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A policy and how it goes.
///
/// @param nextDue null while it is disabled, and when its schedule is never due again
/// @param lastOutcome what became of the last time that it was due, in words; null before the first
/// @param lastRun the run that was last opened for it; a firing that was skipped opens none
public record PolicyStatus(
        Policy policy,
        @Nullable Instant nextDue,
        @Nullable Instant lastFired,
        @Nullable RunId lastRun,
        @Nullable String lastOutcome) {
    /// The same after a firing.
    PolicyStatus fired(@Nullable Instant next, Instant at, @Nullable RunId run, String outcome) {
        return new PolicyStatus(policy, next, at, run == null ? lastRun : run, outcome);
    }
}
