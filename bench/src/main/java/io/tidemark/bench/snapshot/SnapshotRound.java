package io.tidemark.bench.snapshot;

import io.tidemark.bench.snapshot.HeldWrites.Held;
import io.tidemark.bench.write.Latencies;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/// One round: every case once, and the writes to every disk.
///
/// @param timings by the case's name
/// @param writes by the word for the disk's place
record SnapshotRound(int number, Map<String, Timing> timings, Map<String, HeldWrites> writes) {
    SnapshotRound {
        timings = new LinkedHashMap<>(timings);
        writes = new LinkedHashMap<>(writes);
    }

    boolean isVoid() {
        return writes.values().stream().anyMatch(HeldWrites::isVoid);
    }

    /// What the last line says of the writes; the timings are whole in their figures.
    Map<String, Object> fields() {
        Map<String, Object> disks = new LinkedHashMap<>();
        writes.forEach((word, each) -> disks.put(word, fields(each)));
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("round", number);
        fields.put("disks", disks);
        return fields;
    }

    private static Map<String, Object> fields(HeldWrites writes) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("void", writes.isVoid());
        fields.put("before", writes.before());
        writes.held().forEach(fields::put);
        fields.put("after", writes.after());
        return fields;
    }

    /// For the person at the terminal.
    String text() {
        StringBuilder text = new StringBuilder("p50/p99 in ms");
        writes.forEach((word, each) -> {
            text.append("; ").append(word).append(": none ").append(pair(each.baseline()));
            each.held().forEach((mechanism, held) -> text.append(", ").append(text(mechanism, held)));
            text.append(each.isVoid() ? ", void, as its baselines differ" : "");
        });
        return text.toString();
    }

    private static String text(String mechanism, Held held) {
        return mechanism + " first " + pair(held.first()) + " again " + pair(held.again());
    }

    private static String pair(Latencies latencies) {
        return String.format(Locale.ROOT, "%.3f/%.3f", latencies.p50(), latencies.p99());
    }
}
