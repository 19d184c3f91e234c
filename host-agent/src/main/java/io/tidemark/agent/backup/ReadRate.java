package io.tidemark.agent.backup;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/// How many bytes a second may be read by all who share it: each says what it has read, and is told how long to
/// wait before it goes on. After a pause a tenth of a second's worth may be read at once. Safe for many threads.
final class ReadRate {
    private static final long BURST_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final double NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);

    private final long mostBytesPerSecond;
    private final LongSupplier nanos;
    private long bytesPerSecond;
    private long readBytes;
    /// When all that was read will have had its time.
    private long dueNanos;

    /// @param bytesPerSecond [Long#MAX_VALUE] for no limit
    /// @param nanos never goes back
    ReadRate(long bytesPerSecond, LongSupplier nanos) {
        if (bytesPerSecond <= 0) {
            throw new IllegalArgumentException(
                    "read rate: expected more than 0 bytes a second, found " + bytesPerSecond);
        }
        this.mostBytesPerSecond = bytesPerSecond;
        this.bytesPerSecond = bytesPerSecond;
        this.nanos = nanos;
        this.dueNanos = nanos.getAsLong();
    }

    /// From now on at most so many bytes a second, and never more than it was made for.
    synchronized void limit(long bytesPerSecond) {
        this.bytesPerSecond = Math.min(mostBytesPerSecond, bytesPerSecond);
    }

    /// How much was read so far.
    synchronized long readBytes() {
        return readBytes;
    }

    /// How many nanoseconds to wait, now that so many bytes were read.
    synchronized long waitNanos(long bytes) {
        readBytes += bytes;
        if (bytesPerSecond == Long.MAX_VALUE) {
            return 0;
        }
        long now = nanos.getAsLong();
        dueNanos = Math.max(dueNanos, now - BURST_NANOS) + (long) (bytes * NANOS_PER_SECOND / bytesPerSecond);
        return Math.max(0, dueNanos - now);
    }
}
