package io.tidemark.orchestrator.catalog;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/// How long a tracker may be without a backup of a VM.
public record TrackerLimit(Duration idleAfter) {
    public TrackerLimit {
        if (!idleAfter.isPositive()) {
            throw new IllegalArgumentException(
                    "tidemark.tracker.idle-after: expected a time above zero, found " + idleAfter);
        }
    }

    /// Who has nothing younger is idle.
    Instant cutoff(Clock clock) {
        return clock.instant().minus(idleAfter);
    }
}
