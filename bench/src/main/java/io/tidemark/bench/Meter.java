package io.tidemark.bench;

import io.tidemark.demo.PrivateLibvirtd;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// Measures one piece of work at a time. Before each, what earlier ones have left to be written is written, so that
/// nobody pays for another's bytes.
final class Meter {
    private static final Duration AFTERMATH = Duration.ofSeconds(2);

    private final PrivateLibvirtd libvirtd;
    private final Path folder;

    /// A piece of work of a program that is started for it.
    interface ProgramWork {
        /// Answers the most anonymous memory that the program had, in bytes.
        long run() throws IOException, InterruptedException;
    }

    /// A piece of work of a process that runs already, and what came of it.
    interface Work<T> {
        T run() throws IOException, InterruptedException;
    }

    /// What came of it, and what it took.
    record Measured<T>(T result, Cost cost) {}

    /// @param folder on the file system that all sides write to
    Meter(PrivateLibvirtd libvirtd, Path folder) {
        this.libvirtd = libvirtd;
        this.folder = folder;
    }

    /// Counts the core-seconds of all programs that the work has run.
    Cost ofPrograms(String domain, ProgramWork work) throws IOException, InterruptedException {
        settle();
        long qemu = qemu(domain);
        double qemuBefore = ProcessStat.coreSeconds(qemu);
        double coresBefore = ProcessStat.coreSecondsOfEndedChildren();
        long start = System.nanoTime();
        long peak = work.run();
        double wall = secondsSince(start);
        double cores = ProcessStat.coreSecondsOfEndedChildren() - coresBefore;
        return new Cost(wall, cores, ProcessStat.coreSeconds(qemu) - qemuBefore, peak, 0);
    }

    /// Counts the core-seconds of the process and of its children, those too that it uses just after the work for
    /// the next one, which would otherwise be a load on what is measured then.
    <T> Measured<T> ofProcess(String domain, long pid, Work<T> work) throws IOException, InterruptedException {
        settle();
        long qemu = qemu(domain);
        double qemuBefore = ProcessStat.coreSeconds(qemu);
        double coresBefore = ProcessStat.coreSecondsOfTree(pid);
        try (MemoryPeak peak = MemoryPeak.of(pid)) {
            long start = System.nanoTime();
            T result = work.run();
            double wall = secondsSince(start);
            double qemuCores = ProcessStat.coreSeconds(qemu) - qemuBefore;
            Thread.sleep(AFTERMATH);
            double cores = ProcessStat.coreSecondsOfTree(pid) - coresBefore;
            return new Measured<>(result, new Cost(wall, cores, qemuCores, peak.ownBytes(), peak.descendantsBytes()));
        }
    }

    /// Has all that was written brought to the disk, and answers how many seconds that took.
    double settle() throws IOException, InterruptedException {
        long start = System.nanoTime();
        Program.run(folder, List.of("sync", "-f", folder.toString()));
        return secondsSince(start);
    }

    private long qemu(String domain) throws IOException {
        return Long.parseLong(Files.readString(libvirtd.folder().resolve("run/qemu/" + domain + ".pid"))
                .strip());
    }

    private static double secondsSince(long startNanos) {
        return (System.nanoTime() - startNanos) / 1e9;
    }
}
