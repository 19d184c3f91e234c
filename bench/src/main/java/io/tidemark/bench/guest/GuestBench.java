package io.tidemark.bench.guest;

import io.tidemark.bench.BenchRun;
import io.tidemark.bench.DataSet;
import io.tidemark.bench.write.PacedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// `./tidemark bench guest`: what the small writes of a guest wait for during full and incremental backups, beside
/// the same writes without a backup and during those of virtnbdbackup. Rounds are measured until enough are valid.
final class GuestBench {
    private static final String BENCH = "guest";
    /// Short, as sockets lie in it.
    private static final String FOLDER = "bench-g";

    private static final long MEBIBYTE = 1024L * 1024;
    private static final long SEED = 20_110_705;
    private static final int ROUNDS_MAX = 8;
    private static final int QUICK_ROUNDS = 2;
    private static final int QUICK_WRITES = 1000;
    /// What a round keeps until its end, as a multiple of the disk: some fulls and increments of ours.
    private static final int STORED_DISKS_MAX = 16;

    private final BenchRun run;

    private GuestBench(BenchRun run) {
        this.run = run;
    }

    public static void main(String[] arguments) {
        BenchRun.main(BENCH, FOLDER, arguments, run -> new GuestBench(run).lines());
    }

    private boolean isQuick() {
        return run.options().isQuick();
    }

    /// Small enough that a round does not take long, and large enough that virtnbdbackup's full of it takes about
    /// as long as the writes of a state.
    private DataSet disk() {
        long bytes = (isQuick() ? 256 : 1280) * MEBIBYTE;
        return new DataSet(SEED, bytes, bytes);
    }

    private int writes() {
        return isQuick() ? QUICK_WRITES : GuestReport.WRITES_MIN;
    }

    private int roundsMax() {
        return run.options().rounds().orElse(isQuick() ? QUICK_ROUNDS : ROUNDS_MAX);
    }

    private List<String> lines() throws IOException, InterruptedException {
        run.requireSpace(disk().virtualBytes() * STORED_DISKS_MAX);
        run.say("a private libvirtd, two paused domains with a disk of " + disk().virtualBytes() / MEBIBYTE
                + " MiB, and the product");
        var plan = new GuestSite.Plan(run.home(), run.libvirtd(), run.options().sourceTree(), disk(), roundsMax());
        GuestReport report;
        try (GuestSite site = GuestSite.start(plan)) {
            report = new GuestReport(rounds(site), fields());
        }
        run.say(report.verdict());
        List<String> lines = new ArrayList<>(run.json(report.figures()));
        lines.add(report.json(BENCH));
        return lines;
    }

    private List<GuestRound> rounds(GuestSite site) throws IOException, InterruptedException {
        run.say("backups that are not counted");
        GuestRounds rounds = new GuestRounds(site, disk(), writes());
        rounds.warmUp();
        List<GuestRound> measured = new ArrayList<>();
        boolean isNumberAsked = run.options().rounds().isPresent();
        while (measured.size() < roundsMax() && (isNumberAsked || valid(measured) < GuestReport.VALID_MIN)) {
            GuestRound round = rounds.measure(measured.size() + 1);
            measured.add(round);
            run.say("round " + round.number() + ": " + round.text());
        }
        return measured;
    }

    private static long valid(List<GuestRound> rounds) {
        return rounds.stream().filter(round -> !round.isVoid()).count();
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
                        "random and this machine's files, a MiB each in turn, no zeros",
                        "dirtyShareBeforeIncrement",
                        Dirt.SHARE));
        fields.put(
                "writes",
                Map.of(
                        "bytes",
                        PacedWriter.WRITE_BYTES,
                        "where",
                        "any place of the disk is as likely as any other",
                        "leastInAState",
                        writes(),
                        "microsBetweenBeginsMin",
                        PacedWriter.PACE_MICROS,
                        "counted",
                        "while a backup job runs"));
        fields.put("cache", "warm; libvirt's default mode of the disk; the file system is synced before each backup");
        fields.put("fileSystem", Files.getFileStore(run.home()).type() + " for the source and for both sides");
        fields.put("sync", Map.of("ours", "fsync of packs, commit record and folders", "theirs", "none"));
        fields.put("compression", Map.of("ours", "zstd level -3", "theirs", "lz4 frames, level 2"));
        fields.put(
                "machine",
                Map.of("cores", Runtime.getRuntime().availableProcessors(), "guest", "paused, no operating system"));
        return fields;
    }
}
