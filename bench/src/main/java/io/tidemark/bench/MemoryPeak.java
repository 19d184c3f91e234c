package io.tidemark.bench;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// The most anonymous memory that a process was seen with, and its descendants with, since the watch began. Looks
/// every 50 ms: a shorter peak can be missed.
final class MemoryPeak implements AutoCloseable {
    private static final long LOOK_MILLIS = 50;
    /// Listing descendants reads all of `/proc`, so it is done once in as many looks.
    private static final int LOOKS_A_LISTING = 10;

    private final long pid;
    private final Thread thread;
    private volatile long ownBytes;
    private volatile long descendantsBytes;

    private MemoryPeak(long pid) {
        this.pid = pid;
        this.thread = Thread.ofPlatform().daemon().name("memory-peak").unstarted(this::watch);
    }

    static MemoryPeak of(long pid) {
        MemoryPeak peak = new MemoryPeak(pid);
        peak.thread.start();
        return peak;
    }

    /// Of the process itself.
    long ownBytes() {
        return ownBytes;
    }

    /// Of all its descendants at one moment.
    long descendantsBytes() {
        return descendantsBytes;
    }

    private void watch() {
        try {
            List<ProcessHandle> descendants = List.of();
            for (int look = 0; !Thread.currentThread().isInterrupted(); look++) {
                ownBytes = Math.max(ownBytes, ProcessStat.anonymousBytes(pid));
                if (look % LOOKS_A_LISTING == 0) {
                    descendants = ProcessStat.descendants(pid);
                }
                descendantsBytes = Math.max(descendantsBytes, sum(descendants));
                TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
            }
        } catch (IOException ended) {
            // there is no more to see
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    private static long sum(List<ProcessHandle> processes) {
        long sum = 0;
        for (ProcessHandle process : processes) {
            try {
                sum += ProcessStat.anonymousBytes(process.pid());
            } catch (IOException ended) {
                // the next listing leaves it out
            }
        }
        return sum;
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
