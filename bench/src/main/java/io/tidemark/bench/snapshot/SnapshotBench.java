package io.tidemark.bench.snapshot;

import io.tidemark.bench.BenchRun;
import io.tidemark.bench.DataSet;
import io.tidemark.bench.write.PacedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// `./tidemark bench snapshot`: how long snapshots of each mechanism take to be had and to be dropped, beside the
/// bare commands, and what a guest's writes wait for while one is kept. Rounds are measured until enough are valid.
final class SnapshotBench {
    private static final String BENCH = "snapshot";
    /// Short, as sockets lie in it.
    private static final String FOLDER = "bench-s";

    private static final long MEBIBYTE = 1024L * 1024;
    private static final long GIBIBYTE = 1024 * MEBIBYTE;
    private static final long SEED = 20_110_705;
    private static final int ROUNDS_MAX = 8;
    private static final int QUICK_ROUNDS = 2;
    /// Of 64 KiB: a multiple of 32, so that the disk is one of 2 MiB.
    private static final int GRANULES = 5024;

    private static final int QUICK_GRANULES = 512;
    private static final long SPACE_BYTES = 6 * GIBIBYTE;
    private static final long QUICK_SPACE_BYTES = 3 * GIBIBYTE;

    private final BenchRun run;

    private SnapshotBench(BenchRun run) {
        this.run = run;
    }

    public static void main(String[] arguments) {
        BenchRun.main(BENCH, FOLDER, arguments, run -> new SnapshotBench(run).lines());
    }

    private boolean isQuick() {
        return run.options().isQuick();
    }

    private int granules() {
        return isQuick() ? QUICK_GRANULES : GRANULES;
    }

    private DataSet disk() {
        long bytes = (long) granules() * SnapshotRounds.GRANULE_BYTES;
        return new DataSet(SEED, bytes, bytes);
    }

    private int roundsMax() {
        return run.options().rounds().orElse(isQuick() ? QUICK_ROUNDS : ROUNDS_MAX);
    }

    private List<String> lines() throws IOException, InterruptedException {
        run.requireSpace(isQuick() ? QUICK_SPACE_BYTES : SPACE_BYTES);
        run.say("file systems on loop devices, a private libvirtd, two guests, a paused domain with disks of "
                + disk().virtualBytes() / MEBIBYTE + " MiB, and the product");
        var plan = new SnapshotSite.Plan(
                run.home(),
                run.libvirtd(),
                run.options().sourceTree(),
                run.options().home().resolve("cache"),
                disk(),
                isQuick() ? GIBIBYTE : 2 * GIBIBYTE);
        SnapshotReport report;
        try (SnapshotSite site = SnapshotSite.start(plan, run::say)) {
            report = new SnapshotReport(rounds(site), fields());
        }
        run.say(report.verdict(granules()));
        List<String> lines = new ArrayList<>(run.json(report.figures()));
        lines.add(report.json(BENCH, granules()));
        return lines;
    }

    private List<SnapshotRound> rounds(SnapshotSite site) throws IOException, InterruptedException {
        List<Case> cases = Cases.of(site, run::say);
        List<List<String>> mechanisms = SnapshotRounds.possible(site);
        run.say("writes beside " + mechanisms + "; a round that is not counted");
        SnapshotRounds rounds = new SnapshotRounds(site, cases, mechanisms, granules(), SEED);
        rounds.warmUp();
        List<SnapshotRound> measured = new ArrayList<>();
        boolean isNumberAsked = run.options().rounds().isPresent();
        while (measured.size() < roundsMax()
                && (isNumberAsked || !new SnapshotReport(measured, Map.of()).hasEnoughRounds())) {
            SnapshotRound round = rounds.measure(measured.size() + 1);
            measured.add(round);
            run.say("round " + round.number() + ": " + round.text());
        }
        return measured;
    }

    private Map<String, Object> fields() throws IOException {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put(
                "dataSet",
                Map.of(
                        "seed",
                        SEED,
                        "virtualBytes",
                        disk().virtualBytes(),
                        "content",
                        "random and this machine's files, a MiB each in turn, no zeros"));
        fields.put(
                "writes",
                Map.of(
                        "bytes",
                        PacedWriter.WRITE_BYTES,
                        "inAPass",
                        granules(),
                        "where",
                        "one place in each granule of 64 KiB, granules in an order of chance",
                        "microsBetweenBeginsMin",
                        PacedWriter.PACE_MICROS));
        fields.put("cache", "warm; libvirt's default mode of the disks; file systems are synced before each timing");
        fields.put("fileSystem", Files.getFileStore(run.home()).type() + "; XFS and btrfs on sparse files in it");
        fields.put(
                "machine",
                Map.of(
                        "cores",
                        Runtime.getRuntime().availableProcessors(),
                        "guest",
                        "timings: emulated (TCG), idle, 2 disks in qcow2 or one in each place; writes: paused"));
        return fields;
    }
}
