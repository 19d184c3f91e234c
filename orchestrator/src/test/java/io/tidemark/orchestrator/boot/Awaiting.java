package io.tidemark.orchestrator.boot;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/// Waits for what another process or thread brings about, and not for ever.
final class Awaiting {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final long LOOK_EVERY_NANOS = Duration.ofMillis(50).toNanos();

    private Awaiting() {}

    /// Looks for so long, and fails at once if the condition is not true any more.
    static void holds(String what, Duration length, BooleanSupplier condition) {
        long end = System.nanoTime() + length.toNanos();
        while (System.nanoTime() < end) {
            if (!condition.getAsBoolean()) {
                throw new AssertionError(what + ": expected for " + length + ", found it untrue");
            }
            LockSupport.parkNanos(LOOK_EVERY_NANOS);
        }
    }

    static void until(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError(what + ": expected within " + LIMIT + ", found it still untrue");
            }
            LockSupport.parkNanos(LOOK_EVERY_NANOS);
        }
    }
}
