package io.tidemark.bench.snapshot;

import io.tidemark.bench.Figure;
import io.tidemark.bench.Figure.Peer;
import io.tidemark.bench.snapshot.HeldWrites.Held;
import io.tidemark.bench.snapshot.Snapshots.Taken;
import io.tidemark.bench.write.Latencies;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/// Makes the figures of `bench snapshot`. None has a bar. Timings are of all rounds; of a disk's writes only the
/// rounds count whose baselines on that disk are alike.
///
/// @param rounds at least one, all with the same cases and the same mechanisms of each disk
/// @param fields what every line carries
record SnapshotFigures(List<SnapshotRound> rounds, Map<String, Object> fields) {
    private static final String BASELINE = "no snapshot";

    List<Figure> all() {
        List<Figure> all = new ArrayList<>();
        for (String name : rounds.getFirst().timings().keySet()) {
            all.add(timing(
                    "take-" + name,
                    name,
                    timing -> timing.taken().toldMillis(),
                    Timing.Bare::takeMillis,
                    "from before the REST request to the transaction that catalogues it"));
            all.add(timing(
                    "take-" + name + "-agent",
                    name,
                    timing -> timing.taken().agentMillis(),
                    Timing.Bare::takeMillis,
                    "from the agent's receipt until every member was taken"));
            all.add(timing(
                    "drop-" + name,
                    name,
                    Timing::dropMillis,
                    Timing.Bare::dropMillis,
                    "from before the REST request to the transaction that knows it gone; nothing was written since"));
        }
        for (String name : rounds.getFirst().timings().keySet()) {
            standstill(name, all);
        }
        rounds.getFirst()
                .writes()
                .forEach((word, writes) -> writes.held().keySet().forEach(mechanism -> writes(word, mechanism, all)));
        return all;
    }

    private Figure timing(
            String figure,
            String name,
            ToDoubleFunction<Timing> ours,
            ToDoubleFunction<Timing.Bare> theirs,
            String note) {
        List<Timing> timings = timings(name);
        Timing.Bare bare = timings.getFirst().bare();
        Peer peer = bare == null
                ? null
                : new Peer(
                        bare.name(),
                        timings.stream()
                                .map(timing -> Objects.requireNonNull(timing.bare()))
                                .map(theirs::applyAsDouble)
                                .toList());
        return figure(figure, "ms", timings.stream().map(ours::applyAsDouble).toList(), peer, Map.of("note", note));
    }

    private List<Timing> timings(String name) {
        return rounds.stream()
                .map(round -> Objects.requireNonNull(round.timings().get(name), name))
                .toList();
    }

    /// How long the guest was held, where it was.
    private void standstill(String name, List<Figure> all) {
        addUnlessZero("freeze-" + name, name, Taken::freezeMillis, "the guest's file systems are frozen", all);
        addUnlessZero("pause-" + name, name, Taken::pauseMillis, "the guest's vCPUs stand still", all);
        addUnlessZero("skew-" + name, name, Taken::skewMillis, "between the first member and the last", all);
    }

    private void addUnlessZero(
            String figure, String name, ToDoubleFunction<Taken> value, String note, List<Figure> all) {
        List<Double> values = timings(name).stream()
                .map(Timing::taken)
                .map(value::applyAsDouble)
                .toList();
        if (values.stream().anyMatch(each -> each > 0)) {
            all.add(figure(figure, "ms", values, null, Map.of("note", note)));
        }
    }

    private void writes(String word, String mechanism, List<Figure> all) {
        List<HeldWrites> valid = rounds.stream()
                .map(round -> Objects.requireNonNull(round.writes().get(word), word))
                .filter(writes -> !writes.isVoid())
                .toList();
        if (valid.isEmpty()) {
            return;
        }
        String of = mechanism + "-of-" + word;
        Pass first =
                new Pass("first-write", of, writes -> held(writes, mechanism).first());
        Pass again =
                new Pass("second-write", of, writes -> held(writes, mechanism).again());
        for (Pass pass : List.of(first, again)) {
            all.add(latency(pass, "p50", Latencies::p50, valid));
            all.add(latency(pass, "p99", Latencies::p99, valid));
        }
        all.add(figure(
                "drop-after-writes-" + of,
                "s",
                valid.stream()
                        .map(writes -> held(writes, mechanism).dropSeconds())
                        .toList(),
                null,
                Map.of("note", "after a write to each granule of the disk, and one more")));
    }

    private record Pass(String name, String of, Function<HeldWrites, Latencies> latencies) {}

    private static Held held(HeldWrites writes, String mechanism) {
        return Objects.requireNonNull(writes.held().get(mechanism), mechanism);
    }

    private Figure latency(Pass pass, String name, ToDoubleFunction<Latencies> value, List<HeldWrites> valid) {
        List<Double> ours =
                valid.stream().map(pass.latencies()).map(value::applyAsDouble).toList();
        List<Double> baseline = valid.stream()
                .map(HeldWrites::baseline)
                .map(value::applyAsDouble)
                .toList();
        return figure(
                pass.name() + "-" + name + "-" + pass.of(),
                "ms",
                ours,
                new Peer(BASELINE, baseline),
                Map.of("note", "by QEMU's clock, while the snapshot is kept"));
    }

    private Figure figure(String name, String unit, List<Double> ours, @Nullable Peer peer, Map<String, Object> more) {
        Map<String, Object> all = new LinkedHashMap<>(fields);
        all.putAll(more);
        return new Figure(name, unit, ours, peer, null, null, all);
    }
}
