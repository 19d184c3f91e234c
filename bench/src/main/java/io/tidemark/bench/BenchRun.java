package io.tidemark.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// One run of a benchmark that works on guests of a private libvirtd, from its arguments to its lines. Lines of
/// JSON go to standard output, what it does meanwhile to standard error. A bar that is not reached is told in its
/// line; the exit code is other than 0 only if a round failed.
public final class BenchRun {
    private static final long MEBIBYTE = 1024L * 1024;
    /// After a signal. The agent may take 20 s of it, and the orchestrator as much.
    private static final long STOP_SECONDS_MAX = 60;

    private final String bench;
    private final BenchOptions options;
    private final Path home;
    private final long startNanos = System.nanoTime();

    /// What one benchmark does between the beginning and the end that all share.
    public interface Work {
        /// Answers the lines of JSON.
        List<String> lines(BenchRun run) throws IOException, InterruptedException;
    }

    private BenchRun(String bench, String folder, BenchOptions options) {
        if (!options.only().isEmpty()) {
            throw new IllegalArgumentException(
                    "--only: expected nothing, as all figures come of the same guests, found " + options.only());
        }
        this.bench = bench;
        this.options = options;
        this.home = options.home().resolve(folder);
    }

    /// Ends the JVM with the exit code. After a signal, what was started is stopped and what was made is deleted
    /// before it goes; after an error, what was made stays to be looked at until the next run.
    ///
    /// @param folder the benchmark's own in `TIDEMARK_HOME`, emptied before and deleted after
    public static void main(String bench, String folder, String[] arguments, Work work) {
        CountDownLatch ended = new CountDownLatch(1);
        Thread worker = Thread.currentThread();
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(() -> stop(worker, ended, folder)));
        int exit = exitOf(bench, folder, arguments, work);
        ended.countDown();
        System.exit(exit);
    }

    private static int exitOf(String bench, String folder, String[] arguments, Work work) {
        try {
            BenchOptions options = BenchOptions.of(
                    List.of(arguments),
                    Path.of(System.getenv("TIDEMARK_HOME")),
                    Path.of("").toAbsolutePath());
            new BenchRun(bench, folder, options).run(work);
            return 0;
        } catch (IOException | IllegalArgumentException failed) {
            System.err.println("bench " + bench + ": " + failed.getMessage());
        } catch (InterruptedException stopped) {
            System.err.println("bench " + bench + ": stopped");
        }
        return 1;
    }

    private static void stop(Thread worker, CountDownLatch ended, String folder) {
        try {
            if (ended.getCount() > 0) {
                worker.interrupt();
                boolean isStopped = ended.await(STOP_SECONDS_MAX, TimeUnit.SECONDS);
                System.err.println(isStopped ? "all parts are stopped" : "a part did not stop in time");
                if (isStopped) {
                    Folders.delete(Path.of(System.getenv("TIDEMARK_HOME")).resolve(folder));
                }
            }
        } catch (IOException kept) {
            System.err.println("what was made is not all deleted: " + kept.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run(Work work) throws IOException, InterruptedException {
        Leftovers.end(libvirtd());
        Leftovers.unmount(home);
        Folders.fresh(home);
        List<String> lines;
        try {
            lines = work.lines(this);
        } finally {
            Leftovers.end(libvirtd());
            Leftovers.unmount(home);
        }
        lines.forEach(System.out::println);
        if (options.out().isPresent()) {
            Files.write(options.out().get(), lines);
        }
        Folders.delete(home);
    }

    public BenchOptions options() {
        return options;
    }

    /// The folder of all that the benchmark makes.
    public Path home() {
        return home;
    }

    /// Where the private libvirtd is to be: who is left in it after a kill is ended by the next run.
    public Path libvirtd() {
        return home.resolve("l");
    }

    /// An [IOException] if the home's file system has less free.
    public void requireSpace(long bytes) throws IOException {
        long found = Files.getFileStore(home).getUsableSpace();
        if (found < bytes) {
            throw new IOException("folder " + home + ": expected " + bytes / MEBIBYTE + " MiB free, found "
                    + found / MEBIBYTE + ". Set TIDEMARK_HOME to a larger disk, or say --quick");
        }
    }

    public List<String> json(List<Figure> figures) {
        return figures.stream().map(figure -> figure.json(bench)).toList();
    }

    /// Tells the person at the terminal.
    public void say(String text) {
        System.err.printf(Locale.ROOT, "[%6.1f s] %s%n", (System.nanoTime() - startNanos) / 1e9, text);
    }
}
