package io.tidemark.bench;

import io.tidemark.demo.GuestFiles;
import io.tidemark.demo.PrivateLibvirtd;
import io.tidemark.embedded.launcher.AllInOne;
import io.tidemark.embedded.launcher.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// `./tidemark bench backup`: full backup, restore and empty increment beside virtnbdbackup, and full backup beside
/// nbdcopy. Lines of JSON go to standard output, what it does meanwhile to standard error. A bar that is not
/// reached is told in its line; the exit code is other than 0 only if a round failed.
final class BackupBench {
    private static final String BENCH = "backup";
    private static final long MEBIBYTE = 1024L * 1024;
    private static final long GIBIBYTE = 1024 * MEBIBYTE;
    private static final long SEED = 20_110_705;
    /// After a signal. The agent may take 20 s of it, and the orchestrator as much.
    private static final long STOP_SECONDS_MAX = 60;

    private final BenchOptions options;
    private final Path home;
    private final long startNanos = System.nanoTime();

    private BackupBench(BenchOptions options) {
        if (!options.only().isEmpty()) {
            throw new IllegalArgumentException(
                    "--only: expected nothing, as all figures come of the same rounds, found " + options.only());
        }
        this.options = options;
        this.home = options.home().resolve("bench");
    }

    public static void main(String[] arguments) {
        CountDownLatch ended = new CountDownLatch(1);
        Thread worker = Thread.currentThread();
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(() -> stop(worker, ended)));
        int exit = exitOf(arguments);
        ended.countDown();
        System.exit(exit);
    }

    private static int exitOf(String[] arguments) {
        try {
            new BackupBench(BenchOptions.of(
                            List.of(arguments),
                            Path.of(System.getenv("TIDEMARK_HOME")),
                            Path.of("").toAbsolutePath()))
                    .run();
            return 0;
        } catch (IOException | IllegalArgumentException failed) {
            System.err.println("bench backup: " + failed.getMessage());
        } catch (InterruptedException stopped) {
            System.err.println("bench backup: stopped");
        }
        return 1;
    }

    /// A signal came, or the main thread has ended anyway: what was started is stopped before the JVM goes.
    private static void stop(Thread worker, CountDownLatch ended) {
        try {
            if (ended.getCount() > 0) {
                worker.interrupt();
                boolean isStopped = ended.await(STOP_SECONDS_MAX, TimeUnit.SECONDS);
                System.err.println(isStopped ? "all parts are stopped" : "a part did not stop in time");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() throws IOException, InterruptedException {
        Leftovers.end(libvirtd());
        Folders.fresh(home);
        requireSpace();
        List<String> lines = new ArrayList<>();
        try {
            for (Figure figure : measured()) {
                lines.add(figure.json(BENCH));
            }
        } finally {
            Leftovers.end(libvirtd());
        }
        lines.forEach(System.out::println);
        if (options.out().isPresent()) {
            Files.write(options.out().get(), lines);
        }
        Folders.delete(home);
    }

    private Path libvirtd() {
        return home.resolve("l");
    }

    private DataSet data() {
        return options.isQuick()
                ? new DataSet(SEED, 512 * MEBIBYTE, 768 * MEBIBYTE)
                : new DataSet(SEED, 2 * GIBIBYTE, 3 * GIBIBYTE);
    }

    private int rounds() {
        return options.isQuick() ? 3 : 7;
    }

    /// A source twice; a full of ours for each round; in a round one full of theirs and three restores.
    private void requireSpace() throws IOException {
        long whole = data().nonZeroBytes() + BenchGuests.SMALL_DISKS_NON_ZERO_BYTES;
        long needed = whole * (rounds() + 1 + 2 + 1 + 3) + GIBIBYTE;
        long found = Files.getFileStore(home).getUsableSpace();
        if (found < needed) {
            throw new IOException("folder " + home + ": expected " + needed / MEBIBYTE + " MiB free, found "
                    + found / MEBIBYTE + ". Set TIDEMARK_HOME to a larger disk, or say --quick");
        }
    }

    private List<Figure> measured() throws IOException, InterruptedException {
        GuestFiles files = GuestFiles.prepare(options.home().resolve("cache"));
        say("a private libvirtd and two guests; data set of " + data().nonZeroBytes() / MEBIBYTE + " MiB");
        try (PrivateLibvirtd libvirtd = PrivateLibvirtd.start(libvirtd());
                BenchGuests guests = BenchGuests.start(libvirtd, files, home.resolve("g"), data())) {
            say("Kafka, PostgreSQL, the orchestrator and a host agent");
            Settings settings = new Settings(
                    home.resolve("h"),
                    libvirtd.uri(),
                    Settings.Builds.of(options.sourceTree()),
                    Map.of(Product.REPOSITORY, home.resolve("repository")),
                    Map.of(),
                    Map.of());
            try (AllInOne all = AllInOne.start(settings)) {
                Product product = Product.of(all, guests.main());
                var rounds = new BackupRounds(libvirtd, guests, product, home.resolve("r"));
                Conditions conditions = Conditions.of(guests, data(), home);
                return new BackupFigures(conditions, counted(rounds)).all();
            }
        }
    }

    private List<Round> counted(BackupRounds rounds) throws IOException, InterruptedException {
        say("a round that is not counted");
        rounds.warmUp();
        List<Round> counted = new ArrayList<>();
        for (int number = 1; number <= rounds(); number++) {
            Round round = rounds.measure(number);
            counted.add(round);
            say(String.format(
                    Locale.ROOT,
                    "round %d of %d: full %.1f s, theirs %.1f s; restore %.1f s, theirs %.1f s;"
                            + " empty increment %.2f s, theirs %.2f s",
                    number,
                    rounds(),
                    round.full().ours().wallSeconds(),
                    round.full().theirs().wallSeconds(),
                    round.restore().ours().wallSeconds(),
                    round.restore().theirs().wallSeconds(),
                    round.increments().oursSeconds(),
                    round.increments().cost().theirs().wallSeconds()));
        }
        return counted;
    }

    private void say(String text) {
        System.err.printf(Locale.ROOT, "[%6.1f s] %s%n", (System.nanoTime() - startNanos) / 1e9, text);
    }
}
