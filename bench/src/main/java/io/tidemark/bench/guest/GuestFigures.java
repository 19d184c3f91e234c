package io.tidemark.bench.guest;

import io.tidemark.bench.Bar;
import io.tidemark.bench.Figure;
import io.tidemark.bench.Figure.Peer;
import io.tidemark.bench.Spread;
import io.tidemark.bench.Virtnbdbackup;
import io.tidemark.bench.write.Latencies;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/// Makes the figures of `bench guest` of the rounds that are valid.
///
/// @param rounds at least one
/// @param isJudged whether they suffice for a verdict; without it no figure has a bar
/// @param fields what every line carries
record GuestFigures(List<GuestRound> rounds, boolean isJudged, Map<String, Object> fields) {
    /// At most 3 times the baseline, as a ratio of the baseline to ours.
    private static final double P50_BAR = 1 / 3.0;

    private static final double P50_MOONSHOT = 1 / 1.5;
    private static final double P99_OVER_BASELINE_BAR_MILLIS = 20;
    private static final double P99_OVER_BASELINE_MOONSHOT_MILLIS = 5;
    /// At most half of theirs.
    private static final double P99_PEER_BAR = 2;
    /// At most a quarter of the writes a second is lost.
    private static final double MEAN_MOONSHOT = 0.75;

    private static final String BASELINE = "no backup";

    /// Our state, theirs of the same level, and how the names of its figures begin.
    private record Level(String name, GuestState ours, GuestState theirs) {
        Latencies ours(GuestRound round) {
            return round.of(ours).latencies();
        }

        Latencies theirs(GuestRound round) {
            return round.of(theirs).latencies();
        }
    }

    private static final List<Level> LEVELS = List.of(
            new Level("full", GuestState.FULL, GuestState.PEER_FULL),
            new Level("increment", GuestState.INCREMENT, GuestState.PEER_INCREMENT));

    /// What a figure is compared with, and what it has to reach.
    private record Measure(
            String name, @Nullable Bar bar, @Nullable Double moonshot, String note) {}

    List<Figure> all() {
        List<Figure> all = new ArrayList<>();
        for (Level level : LEVELS) {
            all.add(p50(level));
            all.add(p99OverBaseline(level));
            all.add(p99BesidePeer(level));
            all.add(besidePeer(level, Latencies::p50, plain("write-p50-beside-peer", "by QEMU's clock")));
            all.add(besidePeer(level, Latencies::max, plain("write-max-beside-peer", "by QEMU's clock")));
            all.add(mean(level));
            all.add(roundTripP50(level));
            all.add(roundTripP99(level));
            all.add(duration(level));
        }
        return all;
    }

    private Figure p50(Level level) {
        return besideBaseline(
                level,
                Latencies::p50,
                new Measure(
                        "write-p50",
                        Bar.ratioAtLeast(P50_BAR),
                        P50_MOONSHOT,
                        "by QEMU's clock. A ratio of 1/3 is 3 times the baseline."));
    }

    private Figure p99OverBaseline(Level level) {
        return figure(
                level,
                new Measure(
                        "write-p99-over-baseline",
                        Bar.oursBelow(P99_OVER_BASELINE_BAR_MILLIS),
                        P99_OVER_BASELINE_MOONSHOT_MILLIS,
                        "by QEMU's clock; p99 less that of no backup in the same round"),
                of(round -> level.ours(round).p99() - round.baseline().p99()),
                null);
    }

    private Figure p99BesidePeer(Level level) {
        return besidePeer(
                level,
                Latencies::p99,
                new Measure(
                        "write-p99-beside-peer",
                        Bar.ratioAtLeast(P99_PEER_BAR),
                        null,
                        "by QEMU's clock. The bar of 0.5 times theirs is a ratio of 2."));
    }

    private Figure mean(Level level) {
        return besideBaseline(
                level,
                Latencies::mean,
                new Measure(
                        "write-mean",
                        null,
                        MEAN_MOONSHOT,
                        "by QEMU's clock. The reciprocal is how many writes a second one writer could make that"
                                + " waits for each, so the ratio is the share of them that a backup leaves."));
    }

    private Figure roundTripP50(Level level) {
        return figure(
                level,
                plain("round-trip-p50", "from the request to the monitor to its answer"),
                of(round -> round.of(level.ours()).roundTrips().p50()),
                new Peer(BASELINE, of(round -> round.baselineRoundTrips().p50())));
    }

    private Figure roundTripP99(Level level) {
        return figure(
                level,
                plain("round-trip-p99-beside-peer", "from the request to the monitor to its answer"),
                of(round -> round.of(level.ours()).roundTrips().p99()),
                new Peer(
                        Virtnbdbackup.NAME,
                        of(round -> round.of(level.theirs()).roundTrips().p99())));
    }

    private Figure duration(Level level) {
        Measure measure = plain("duration-beside-peer", "how long a backup took while the guest wrote");
        return new Figure(
                level.name() + "-" + measure.name(),
                "s",
                of(round -> seconds(round, level.ours())),
                new Peer(Virtnbdbackup.NAME, of(round -> seconds(round, level.theirs()))),
                null,
                null,
                fields(measure));
    }

    private static double seconds(GuestRound round, GuestState state) {
        return Spread.of(round.of(state).backupSeconds()).median();
    }

    private Figure besideBaseline(Level level, ToDoubleFunction<Latencies> value, Measure measure) {
        return figure(
                level,
                measure,
                of(round -> value.applyAsDouble(level.ours(round))),
                new Peer(BASELINE, of(round -> value.applyAsDouble(round.baseline()))));
    }

    private Figure besidePeer(Level level, ToDoubleFunction<Latencies> value, Measure measure) {
        return figure(
                level,
                measure,
                of(round -> value.applyAsDouble(level.ours(round))),
                new Peer(Virtnbdbackup.NAME, of(round -> value.applyAsDouble(level.theirs(round)))));
    }

    private Figure figure(Level level, Measure measure, List<Double> ours, @Nullable Peer theirs) {
        return new Figure(
                level.name() + "-" + measure.name(),
                "ms",
                ours,
                theirs,
                isJudged ? measure.bar() : null,
                measure.moonshot(),
                fields(measure));
    }

    private static Measure plain(String name, String note) {
        return new Measure(name, null, null, note);
    }

    private Map<String, Object> fields(Measure measure) {
        Map<String, Object> all = new LinkedHashMap<>(fields);
        all.put("note", measure.note());
        return all;
    }

    private List<Double> of(ToDoubleFunction<GuestRound> value) {
        return rounds.stream().map(value::applyAsDouble).toList();
    }
}
