package io.tidemark.demo.tour;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/// What the guest had written when, by its own numbered log of completed writes, looked at many times a second. The
/// guest's console and the agent's clock are on one machine, so both are the same clock.
final class RecordLog implements AutoCloseable {
    private static final long LOOK_EVERY_MILLIS = 50;
    /// From the moment a point is said to be taken to the moment that was meant, either way.
    private static final Duration CLOCK_SLACK = Duration.ofMillis(1500);

    private final TreeMap<Instant, Long> completed = new TreeMap<>();
    private final Thread watcher;

    /// Where the newest completed record is read from.
    interface Source {
        long lastRecord() throws IOException;
    }

    /// Bounds of what a point may hold.
    record Window(long atLeast, long atMost) {}

    RecordLog(Source source) {
        this.watcher = Thread.ofPlatform().daemon().name("record-log").start(() -> watch(source));
    }

    private void watch(Source source) {
        try {
            while (true) {
                long newest = source.lastRecord();
                synchronized (completed) {
                    if (completed.isEmpty() || completed.lastEntry().getValue() != newest) {
                        completed.put(Instant.now(), newest);
                    }
                }
                TimeUnit.MILLISECONDS.sleep(LOOK_EVERY_MILLIS);
            }
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        } catch (IOException gone) {
            throw new java.io.UncheckedIOException("guest's log: expected to read it", gone);
        }
    }

    /// What an image of that moment must hold at least, and must not go beyond: one record may be on its way, and
    /// one more completed but not yet logged.
    Window around(Instant takenAt) {
        synchronized (completed) {
            Map.Entry<Instant, Long> before = completed.floorEntry(takenAt.minus(CLOCK_SLACK));
            Map.Entry<Instant, Long> after = completed.ceilingEntry(takenAt.plus(CLOCK_SLACK));
            long newest = completed.isEmpty() ? 0 : completed.lastEntry().getValue();
            return new Window(before == null ? 1 : before.getValue(), (after == null ? newest : after.getValue()) + 2);
        }
    }

    @Override
    public void close() {
        watcher.interrupt();
    }
}
