package io.tidemark.orchestrator.task;

import java.time.Duration;

/// How long the guest may stay frozen, how long a task waits before it is sent again, and how long its host may be
/// silent until it is ended.
///
/// @param trackersPerVm how many trackers of a VM may have epochs at once
public record TaskLimits(
        Duration freezeTimeout, Duration retryPause, Duration timeoutsEvery, Duration silenceMax, int trackersPerVm) {
    public TaskLimits {
        if (trackersPerVm < 1) {
            throw new IllegalArgumentException(
                    "tidemark.tracker.per-vm-max: expected a number from 1, found " + trackersPerVm);
        }
    }
}
