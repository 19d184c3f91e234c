package io.tidemark.bench.guest;

import io.tidemark.bench.guest.Injected.Answered;
import io.tidemark.bench.guest.Injected.Jobs;
import io.tidemark.bench.write.Monitor;
import io.tidemark.bench.write.PacedWriter;
import io.tidemark.bench.write.WriteLog.Logged;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntPredicate;

/// Writes to random places of a paused domain's disk at the pace of [PacedWriter], and says of each which backup
/// job it met.
///
/// Every place is as likely as any other. That is the hardest that a guest can be on a backup: nearly each write
/// meets a granule that was not copied yet. One that comes back to the same places pays for the first time only.
final class Injector {
    /// What QEMU copies before a write: a cluster of the job, which is that of the image. Observed with QEMU 7.2.
    static final int GRANULE_BYTES = 64 * 1024;
    private static final long JOB_END_MILLIS_MAX = 30_000;
    private static final long LOOK_MILLIS = 20;
    private static final int PATTERNS = 256;

    private final Monitor monitor;
    private final JobWatch jobs;
    private final PacedWriter writer;
    private final long diskBytes;
    private final SplittableRandom random;

    /// What is done while the writes go on.
    interface Work {
        void run() throws IOException, InterruptedException;
    }

    /// @param diskBytes how much of the disk is written to, from its beginning
    /// @param seed of the places and the patterns
    Injector(WatchedDomain domain, long diskBytes, long seed) {
        this.monitor = domain.domain().monitor();
        this.jobs = domain.jobs();
        this.writer = new PacedWriter(domain.domain(), 0);
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
        return new Before(writer.logBytes(), new Jobs(jobs.begun(), jobs.copiedBytes()));
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
        while (goesOn.test(answered.size())) {
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptedIOException("injected writes: stopped after " + answered.size());
            }
            writer.pace();
            answered.add(write(random.nextLong(diskBytes / PacedWriter.WRITE_BYTES) * PacedWriter.WRITE_BYTES));
        }
        awaitNoJob();
        return answered;
    }

    private Answered write(long offset) throws IOException {
        int jobBefore = jobs.running();
        double millis = writer.write(offset, random.nextInt(PATTERNS));
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
        return writer.logged(
                before.logBytes(), answered.stream().map(Answered::offset).toList());
    }
}
