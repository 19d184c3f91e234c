package io.tidemark.orchestrator.host;

import java.time.Duration;

/// How long a granted session may start new work.
public record SessionLimits(Duration lease) {
    public SessionLimits {
        if (lease.toMillis() < 1000) {
            throw new IllegalArgumentException("session lease: expected at least a second, found " + lease);
        }
    }
}
