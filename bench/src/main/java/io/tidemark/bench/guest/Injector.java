package io.tidemark.bench.guest;

import io.tidemark.bench.guest.Injected.Answered;
import io.tidemark.bench.guest.Injected.Jobs;
import io.tidemark.bench.guest.WriteLog.Logged;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntPredicate;

/// Writes 4 KiB at a time to random places of a paused domain's disk, through the device's own block graph, as a
/// guest would whose processor is not in the way. Each write waits for the one before it, and begins
/// [#PACE_MICROS] after that one's beginning at the earliest.
///
/// Every place is as likely as any other. That is the hardest that a guest can be on a backup: nearly each write
/// meets a granule that was not copied yet. One that comes back to the same places pays for the first time only.
final class Injector {
    /// 250 writes a second at most.
    static final long PACE_MICROS = 4000;
    static final int WRITE_BYTES = 4096;
    /// What QEMU copies before a write: a cluster of the job, which is that of the image. Observed with QEMU 7.2.
    static final int GRANULE_BYTES = 64 * 1024;
    private static final long JOB_END_MILLIS_MAX = 30_000;
    private static final long LOOK_MILLIS = 20;
    private static final int PATTERNS = 256;

    private final Monitor monitor;
    private final JobWatch jobs;
    private final Path log;
    private final long diskBytes;
    private final SplittableRandom random;

    /// What is done while the writes go on.
    interface Work {
        void run() throws IOException, InterruptedException;
    }

    /// @param diskBytes how much of the disk is written to, from its beginning
    /// @param seed of the places and the patterns
    Injector(PausedDomain domain, long diskBytes, long seed) {
        this.monitor = domain.monitor();
        this.jobs = domain.jobs();
        this.log = domain.log();
        this.diskBytes = diskBytes;
        this.random = new SplittableRandom(seed);
    }

    /// So many writes, with no job.
    Injected alone(int count) throws IOException {
        Before before = before();
        List<Answered> answered = inject(done -> done < count);
        return Injected.alone(answered, logged(answered, before), since(before));
    }

    /// Writes from before the work until after it.
    Injected during(Work work) throws IOException, InterruptedException {
        Before before = before();
        AtomicBoolean isDue = new AtomicBoolean();
        FutureTask<List<Answered>> injection = new FutureTask<>(() -> inject(_ -> !isDue.get()));
        Thread.ofPlatform().name("injector").start(injection);
        try {
            work.run();
        } finally {
            isDue.set(true);
        }
        List<Answered> answered = ended(injection);
        return Injected.during(answered, logged(answered, before), since(before));
    }

    /// Where the log ended and what the jobs were before an injection.
    private record Before(long logBytes, Jobs jobs) {}

    /// What earlier backups have left to be told is heard first.
    private Before before() throws IOException {
        awaitNoJob();
        return new Before(Files.size(log), new Jobs(jobs.begun(), jobs.copiedBytes()));
    }

    private Jobs since(Before before) {
        return new Jobs(
                jobs.begun() - before.jobs().count(),
                jobs.copiedBytes() - before.jobs().copiedBytes());
    }

    private static List<Answered> ended(FutureTask<List<Answered>> injection) throws IOException, InterruptedException {
        try {
            return injection.get();
        } catch (ExecutionException failed) {
            throw new IOException("injected writes: " + failed.getCause(), failed);
        }
    }

    /// @param goesOn is asked before each write with how many were made
    private List<Answered> inject(IntPredicate goesOn) throws IOException {
        List<Answered> answered = new ArrayList<>();
        long due = System.nanoTime();
        while (goesOn.test(answered.size())) {
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptedIOException("injected writes: stopped after " + answered.size());
            }
            for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
            due = System.nanoTime() + TimeUnit.MICROSECONDS.toNanos(PACE_MICROS);
            answered.add(write(random.nextLong(diskBytes / WRITE_BYTES) * WRITE_BYTES));
        }
        awaitNoJob();
        return answered;
    }

    private Answered write(long offset) throws IOException {
        int jobBefore = jobs.running();
        long start = System.nanoTime();
        monitor.human("qemu-io -d " + PausedDomain.DEVICE + " \"write -P " + random.nextInt(PATTERNS) + " " + offset
                + " " + WRITE_BYTES + "\"");
        double millis = (System.nanoTime() - start) / 1e6;
        return new Answered(offset, millis, jobBefore == jobs.running() ? jobBefore : 0);
    }

    private void awaitNoJob() throws IOException {
        monitor.readEvents();
        for (long waited = 0; jobs.running() != 0; waited += LOOK_MILLIS) {
            if (waited > JOB_END_MILLIS_MAX) {
                throw new IOException("domain's backup job: expected its end within " + JOB_END_MILLIS_MAX
                        + " ms of the backup's, found that it runs");
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(LOOK_MILLIS));
            monitor.readEvents();
        }
    }

    private List<Logged> logged(List<Answered> answered, Before before) throws IOException {
        byte[] all = Files.readAllBytes(log);
        int from = Math.toIntExact(before.logBytes());
        String text = new String(all, from, all.length - from, StandardCharsets.UTF_8);
        return WriteLog.parse(text, answered.stream().map(Answered::offset).toList());
    }
}
