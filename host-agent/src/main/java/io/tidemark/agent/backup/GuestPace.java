package io.tidemark.agent.backup;

import java.util.concurrent.TimeUnit;

/// Decides from look to look how fast a backup reads, so that the requests of the guest take not much longer than
/// they did: halves the rate while they take too long, and raises it by a quarter while they do not. What nobody
/// asked for within a look, or what takes long while nothing is read, is no reason to slow down. Pure; one thread.
final class GuestPace {
    /// Fewer requests say nothing of their mean.
    private static final int REQUESTS_LEAST = 4;

    private static final int NORMAL_TIMES_MAX = 3;
    private static final double EASY = 0.75;
    private static final double RAISE = 1.25;
    /// A limit that is so much above all that was ever read limits nothing.
    private static final int FREE_AT_TIMES = 2;

    private final BackupLimits.Rates.Guest limits;
    private final long mostNanos;
    private GuestIo last;
    private long bytesPerSecond = Long.MAX_VALUE;
    private long peakBytesPerSecond;
    private long meanNanos;

    /// @param normal the guest's requests without a backup: three times their mean is well, whatever the limit
    GuestPace(BackupLimits.Rates.Guest limits, GuestIo normal) {
        this.limits = limits;
        this.mostNanos = Math.max(limits.latency().toNanos(), NORMAL_TIMES_MAX * normal.meanNanos());
        this.last = normal;
    }

    boolean isSlow() {
        return bytesPerSecond != Long.MAX_VALUE;
    }

    /// Bytes a second to read from now on; [Long#MAX_VALUE] for no limit.
    ///
    /// @param total as of now
    /// @param readBytes what the backup read since the last look
    /// @param nanos how long that was ago
    long look(GuestIo total, long readBytes, long nanos) {
        GuestIo window = total.since(last);
        last = total;
        long speed = (long) (readBytes * 1e9 / Math.max(1, nanos));
        peakBytesPerSecond = Math.max(peakBytesPerSecond, speed);
        meanNanos = window.requests() >= REQUESTS_LEAST ? window.meanNanos() : 0;
        if (meanNanos <= mostNanos * EASY) {
            raise();
        } else if (meanNanos > mostNanos && readBytes > 0) {
            bytesPerSecond = Math.max(limits.leastBytesPerSecond(), Math.min(bytesPerSecond, speed) / 2);
        }
        return bytesPerSecond;
    }

    private void raise() {
        if (bytesPerSecond == Long.MAX_VALUE) {
            return;
        }
        double raised = bytesPerSecond * RAISE;
        bytesPerSecond = raised > (double) FREE_AT_TIMES * peakBytesPerSecond ? Long.MAX_VALUE : (long) raised;
    }

    /// For the log.
    @Override
    public String toString() {
        return "mean %d us, well up to %d us, %s"
                .formatted(
                        TimeUnit.NANOSECONDS.toMicros(meanNanos),
                        TimeUnit.NANOSECONDS.toMicros(mostNanos),
                        isSlow() ? "reading at most %d bytes/s".formatted(bytesPerSecond) : "reading without a limit");
    }
}
