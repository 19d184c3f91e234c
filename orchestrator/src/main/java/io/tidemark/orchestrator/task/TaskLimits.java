package io.tidemark.orchestrator.task;

import java.time.Duration;

/// How long the guest may stay frozen, and how long a task waits before it is sent again.
public record TaskLimits(Duration freezeTimeout, Duration retryPause, Duration timeoutsEvery) {}
