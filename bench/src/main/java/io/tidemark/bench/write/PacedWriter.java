package io.tidemark.bench.write;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// Writes 4 KiB at a time to one disk of a paused domain, through the device's own block graph, as a guest would
/// whose processor is not in the way. Each write waits for the one before it, and begins [#PACE_MICROS] after that
/// one's beginning at the earliest. For use by one thread at a time.
public final class PacedWriter {
    /// 250 writes a second at most.
    public static final long PACE_MICROS = 4000;
    public static final int WRITE_BYTES = 4096;

    private final PausedDomain domain;
    private final int disk;
    // not final: the beginning of the next write at the earliest
    private long dueNanos = System.nanoTime();

    /// One for a disk of the domain.
    ///
    /// @param disk from 0
    public PacedWriter(PausedDomain domain, int disk) {
        this.domain = domain;
        this.disk = disk;
    }

    /// Returns when the next write may begin.
    public void pace() throws IOException {
        for (long left = dueNanos - System.nanoTime(); left > 0; left = dueNanos - System.nanoTime()) {
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptedIOException("paced writes: stopped");
            }
            LockSupport.parkNanos(left);
        }
        dueNanos = System.nanoTime() + TimeUnit.MICROSECONDS.toNanos(PACE_MICROS);
    }

    /// Writes, and answers the milliseconds from the request to the monitor to its answer.
    ///
    /// @param pattern of every byte, from 0 to 255
    public double write(long offset, int pattern) throws IOException {
        long start = System.nanoTime();
        domain.monitor()
                .human("qemu-io -d " + PausedDomain.device(disk) + " \"write -P " + pattern + " " + offset + " "
                        + WRITE_BYTES + "\"");
        return (System.nanoTime() - start) / 1e6;
    }

    /// Where QEMU's log ends now.
    public long logBytes() throws IOException {
        return Files.size(domain.log());
    }

    /// What QEMU has said of the writes since the log ended there; an [IOException] unless these are the writes at
    /// the offsets, in their order.
    public List<WriteLog.Logged> logged(long fromBytes, List<Long> offsets) throws IOException {
        byte[] all = Files.readAllBytes(domain.log());
        int from = Math.toIntExact(fromBytes);
        return WriteLog.parse(new String(all, from, all.length - from, StandardCharsets.UTF_8), offsets);
    }
}
