package io.tidemark.bench;

import io.tidemark.bench.Figure.Peer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Makes the figures of `bench backup` of what the rounds have measured.
record BackupFigures(Conditions conditions, List<Round> rounds) {
    private static final double FULL_BAR = 2;
    private static final double FULL_MOONSHOT = 4;
    private static final double NBDCOPY_MOONSHOT = 0.8;
    private static final double MEMORY_BAR_MEBIBYTES = 256;
    private static final double MEMORY_MOONSHOT_MEBIBYTES = 96;
    private static final double INCREMENT_BAR_SECONDS = 1;
    private static final double INCREMENT_MOONSHOT_SECONDS = 0.4;
    /// Ours under 0.8 of theirs, as a ratio of theirs to ours.
    private static final double INCREMENT_BAR = 1 / 0.8;

    private static final Map<String, String> COMPRESSION = Map.of(
            "ours", "zstd level -3, chunks of 64 KiB; as they are where that is not smaller",
            "theirs", "lz4 frames, level 2, with checksums");

    /// A value of one round.
    private interface Value extends Function<Round, Double> {}

    List<Figure> all() {
        return List.of(
                full(),
                fullBesideDurablePeer(),
                fullCores(),
                fullBesideNbdcopy(),
                memory(),
                restore(),
                rawRestore(),
                increment(),
                incrementBesideTheirs(),
                epochQuestion());
    }

    private Figure full() {
        Map<String, Object> extra = fullFields();
        extra.put(
                "gbPerSecond",
                sides(
                        round -> conditions.gigabytes() / round.full().ours().wallSeconds(),
                        round -> conditions.gigabytes() / round.full().theirs().wallSeconds()));
        extra.put("storedBytes", sides(round -> (double) round.stored().oursBytes(), round ->
                (double) round.stored().theirsBytes()));
        extra.put(
                "note",
                "ours is from the REST request to the task's end, with catalog and Kafka; theirs is the run"
                        + " of the program. Both freeze and thaw the guest.");
        return new Figure(
                "full",
                "s",
                of(round -> round.full().ours().wallSeconds()),
                theirs(round -> round.full().theirs().wallSeconds()),
                Bar.ratioAtLeast(FULL_BAR),
                FULL_MOONSHOT,
                extra);
    }

    private Figure fullBesideDurablePeer() {
        Map<String, Object> extra = fullFields();
        extra.put(
                "note",
                "as full, but theirs with the sync of the file system that follows it: then both sides have"
                        + " on the disk what they call a backup");
        return new Figure(
                "full-beside-durable-peer",
                "s",
                of(round -> round.full().ours().wallSeconds()),
                theirs(round -> round.full().theirs().wallSeconds() + round.theirFullSyncSeconds()),
                null,
                null,
                extra);
    }

    private Figure fullCores() {
        Map<String, Object> extra = fullFields();
        extra.put(
                "gbPerCoreSecond",
                sides(
                        round -> conditions.gigabytes() / round.full().ours().coreSeconds(),
                        round -> conditions.gigabytes() / round.full().theirs().coreSeconds()));
        extra.put(
                "note",
                "ours is the agent with its guard, theirs the program; QEMU is apart on both sides, and our"
                        + " orchestrator, Kafka and PostgreSQL, which see no guest data, are not counted");
        return new Figure(
                "full-core-seconds",
                "core-s/GB",
                of(round -> perGigabyte(round.full().ours().coreSeconds())),
                theirs(round -> perGigabyte(round.full().theirs().coreSeconds())),
                null,
                null,
                extra);
    }

    private Figure fullBesideNbdcopy() {
        Map<String, Object> extra = conditions.fields();
        extra.put("compression", Map.of("ours", String.valueOf(COMPRESSION.get("ours")), "theirs", "none"));
        extra.put(
                "coreSecondsPerGb",
                sides(
                        round -> perGigabyte(round.full().ours().coreSeconds()),
                        round -> perGigabyte(round.nbdcopy().coreSeconds())));
        extra.put(
                "note",
                "nbdcopy reads the three disks of a pull job one after the other and stores nothing; from"
                        + " backup-begin to domjobabort, no freeze. The moonshot is a ratio.");
        return new Figure(
                "full-beside-nbdcopy",
                "s",
                of(round -> round.full().ours().wallSeconds()),
                new Peer(Nbdcopy.NAME, of(round -> round.nbdcopy().wallSeconds())),
                null,
                NBDCOPY_MOONSHOT,
                extra);
    }

    private Figure memory() {
        Map<String, Object> extra = fullFields();
        extra.put(
                "guardPeakMebibytes",
                Spread.of(of(round -> round.full().ours().childrenPeakBytes() / 1024.0 / 1024.0)));
        extra.put(
                "note",
                "RssAnon of the main process during the full, looked at every 50 ms; the agent's guard is a"
                        + " process of its own and told apart");
        return new Figure(
                "full-agent-memory",
                "MiB",
                of(round -> round.full().ours().peakMebibytes()),
                theirs(round -> round.full().theirs().peakMebibytes()),
                Bar.oursBelow(MEMORY_BAR_MEBIBYTES),
                MEMORY_MOONSHOT_MEBIBYTES,
                extra);
    }

    private Figure restore() {
        Map<String, Object> extra = conditions.fields();
        extra.put("compression", COMPRESSION);
        extra.put("coreSecondsPerGb", restoreCores(round -> round.restore().ours()));
        extra.put(
                "note",
                "the disk of the data set, to qcow2 on both sides; ours reads the image back and checks it"
                        + " before its name appears, theirs does not. qemu-nbd's core-seconds are counted on our"
                        + " side only, as it detaches from theirs");
        return new Figure(
                "restore",
                "s",
                of(round -> round.restore().ours().wallSeconds()),
                new Peer("virtnbdrestore", of(round -> round.restore().theirs().wallSeconds())),
                null,
                null,
                extra);
    }

    private Figure rawRestore() {
        Map<String, Object> extra = conditions.fields();
        extra.put("compression", COMPRESSION);
        extra.put("coreSecondsPerGb", restoreCores(Round::rawRestore));
        extra.put("note", "as restore, but ours to raw images; theirs is the same run, which can write qcow2 only");
        return new Figure(
                "restore-raw",
                "s",
                of(round -> round.rawRestore().wallSeconds()),
                new Peer("virtnbdrestore", of(round -> round.restore().theirs().wallSeconds())),
                null,
                null,
                extra);
    }

    private Map<String, Object> restoreCores(Function<Round, Cost> ours) {
        return sides(
                round -> ours.apply(round).coreSeconds() / conditions.restoredGigabytes(),
                round -> round.restore().theirs().coreSeconds() / conditions.restoredGigabytes());
    }

    private Figure increment() {
        return increment("increment-nothing-dirty", Bar.oursBelow(INCREMENT_BAR_SECONDS), INCREMENT_MOONSHOT_SECONDS);
    }

    private Figure incrementBesideTheirs() {
        return increment("increment-nothing-dirty-beside-peer", Bar.ratioAtLeast(INCREMENT_BAR), null);
    }

    private Figure increment(String name, Bar bar, @Nullable Double moonshot) {
        Map<String, Object> extra = conditions.fields();
        extra.put("compression", COMPRESSION);
        extra.put("phaseMillis", phases());
        extra.put(
                "dirtyBytes", Spread.of(of(round -> (double) round.increments().dirtyBytes())));
        extra.put(
                "requestToEndSeconds",
                Spread.of(of(round -> round.increments().cost().ours().wallSeconds())));
        extra.put(
                "coreSeconds",
                sides(
                        round -> round.increments().cost().ours().coreSeconds(),
                        round -> round.increments().cost().theirs().coreSeconds()));
        extra.put(
                "note",
                "ours is by the agent's own clock, from the attempt's beginning, which is its receipt but for"
                        + " one synced line of its journal, until the commit is durable: phases plan to commit;"
                        + " theirs is the run of the program on a twin domain of the same shape, as it refuses a"
                        + " domain with checkpoints that are not its own. Both freeze, and what a freeze itself"
                        + " writes is what is dirty. The bar of 0.8 times theirs is a ratio of 1.25.");
        return new Figure(
                name,
                "s",
                of(round -> round.increments().oursSeconds()),
                theirs(round -> round.increments().cost().theirs().wallSeconds()),
                bar,
                moonshot,
                extra);
    }

    private Figure epochQuestion() {
        Map<String, Object> extra = conditions.fields();
        extra.put("compression", "none: no guest data is moved");
        extra.put(
                "note",
                "from the REST request to the answer with a token and what is dirty, through database, Kafka, agent,"
                        + " libvirt and QEMU; a round's value is the median of some questions, one after the other. The"
                        + " request looks for the answer every 50 ms, so it comes in such steps");
        return new Figure("epoch-question", "ms", of(Round::epochQuestionMillis), null, null, null, extra);
    }

    /// The median of each phase.
    private Map<String, Double> phases() {
        Set<String> names = new LinkedHashSet<>();
        rounds.forEach(round -> names.addAll(round.increments().phaseMillis().keySet()));
        Map<String, Double> medians = new LinkedHashMap<>();
        for (String name : names) {
            medians.put(
                    name,
                    Spread.of(of(round ->
                                    (double) round.increments().phaseMillis().getOrDefault(name, 0L)))
                            .median());
        }
        return medians;
    }

    private Map<String, Object> fullFields() {
        Map<String, Object> extra = conditions.fields();
        extra.put("compression", COMPRESSION);
        extra.put(
                "coreSecondsPerGb",
                sides(
                        round -> perGigabyte(round.full().ours().coreSeconds()),
                        round -> perGigabyte(round.full().theirs().coreSeconds())));
        extra.put(
                "qemuCoreSecondsPerGb",
                sides(
                        round -> perGigabyte(round.full().ours().qemuCoreSeconds()),
                        round -> perGigabyte(round.full().theirs().qemuCoreSeconds())));
        return extra;
    }

    private double perGigabyte(double amount) {
        return amount / conditions.gigabytes();
    }

    private Map<String, Object> sides(Value ours, Value theirs) {
        Map<String, Object> sides = new LinkedHashMap<>();
        sides.put("ours", Spread.of(of(ours)).median());
        sides.put("theirs", Spread.of(of(theirs)).median());
        return sides;
    }

    private Peer theirs(Value value) {
        return new Peer(Virtnbdbackup.NAME, of(value));
    }

    private List<Double> of(Value value) {
        List<Double> values = new ArrayList<>();
        rounds.forEach(round -> values.add(value.apply(round)));
        return values;
    }
}
