package io.tidemark.bench;

import io.tidemark.demo.GuestFiles;
import io.tidemark.demo.PrivateLibvirtd;
import io.tidemark.embedded.launcher.AllInOne;
import io.tidemark.embedded.launcher.Settings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// `./tidemark bench backup`: full backup, restore and empty increment beside virtnbdbackup, and full backup beside
/// nbdcopy.
final class BackupBench {
    private static final long MEBIBYTE = 1024L * 1024;
    private static final long GIBIBYTE = 1024 * MEBIBYTE;
    private static final long SEED = 20_110_705;

    private final BenchRun run;

    private BackupBench(BenchRun run) {
        this.run = run;
    }

    public static void main(String[] arguments) {
        BenchRun.main("backup", "bench", arguments, run -> new BackupBench(run).lines());
    }

    private List<String> lines() throws IOException, InterruptedException {
        requireSpace();
        return run.json(measured());
    }

    private DataSet data() {
        return run.options().isQuick()
                ? new DataSet(SEED, 512 * MEBIBYTE, 768 * MEBIBYTE)
                : new DataSet(SEED, 2 * GIBIBYTE, 3 * GIBIBYTE);
    }

    private int rounds() {
        return run.options().rounds().orElse(run.options().isQuick() ? 3 : 7);
    }

    /// A source twice; a full of ours for each round; in a round one full of theirs and three restores.
    private void requireSpace() throws IOException {
        long whole = data().nonZeroBytes() + BenchGuests.SMALL_DISKS_NON_ZERO_BYTES;
        run.requireSpace(whole * (rounds() + 1 + 2 + 1 + 3) + GIBIBYTE);
    }

    private List<Figure> measured() throws IOException, InterruptedException {
        GuestFiles files = GuestFiles.prepare(run.options().home().resolve("cache"));
        run.say("a private libvirtd and two guests; data set of " + data().nonZeroBytes() / MEBIBYTE + " MiB");
        try (PrivateLibvirtd libvirtd = PrivateLibvirtd.start(run.libvirtd());
                BenchGuests guests =
                        BenchGuests.start(libvirtd, files, run.home().resolve("g"), data())) {
            run.say("Kafka, PostgreSQL, the orchestrator and a host agent");
            Settings settings = new Settings(
                    run.home().resolve("h"),
                    libvirtd.uri(),
                    Settings.Builds.of(run.options().sourceTree()),
                    Map.of(Product.REPOSITORY, run.home().resolve("repository")),
                    Map.of(),
                    Map.of());
            try (AllInOne all = AllInOne.start(settings)) {
                Product product = Product.of(all, guests.main());
                var rounds =
                        new BackupRounds(libvirtd, guests, product, run.home().resolve("r"));
                Conditions conditions = Conditions.of(guests, data(), run.home());
                return new BackupFigures(conditions, counted(rounds)).all();
            }
        }
    }

    private List<Round> counted(BackupRounds rounds) throws IOException, InterruptedException {
        run.say("a round that is not counted");
        rounds.warmUp();
        List<Round> counted = new ArrayList<>();
        for (int number = 1; number <= rounds(); number++) {
            Round round = rounds.measure(number);
            counted.add(round);
            run.say(String.format(
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
}
