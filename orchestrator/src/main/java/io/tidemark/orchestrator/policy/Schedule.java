package io.tidemark.orchestrator.policy;

import java.time.Duration;
import java.time.ZoneId;

/// When a policy is due.
public sealed interface Schedule {
    /// At the times that a five-field cron expression names, by the clocks of `zone`.
    record Cron(String expression, ZoneId zone) implements Schedule {}

    /// Every `period`, counted from the last time that it was due.
    record Interval(Duration period) implements Schedule {
        public static final Duration SHORTEST = Duration.ofSeconds(1);

        public Interval {
            if (period.compareTo(SHORTEST) < 0) {
                throw new IllegalArgumentException("interval: expected at least " + SHORTEST + ", found " + period);
            }
        }
    }
}
