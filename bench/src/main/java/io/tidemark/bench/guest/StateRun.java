package io.tidemark.bench.guest;

import io.tidemark.bench.Spread;
import io.tidemark.bench.guest.Injected.Write;
import io.tidemark.bench.write.Latencies;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;

/// One state of one round: its injections, one a backup, and how long each backup took. Without a backup there is
/// one injection, and no seconds.
record StateRun(List<Injected> injections, List<Double> backupSeconds) {
    private static final double DECIMALS = 10_000;

    StateRun {
        injections = List.copyOf(injections);
        backupSeconds = List.copyOf(backupSeconds);
    }

    /// By QEMU's clock.
    Latencies latencies() {
        return Latencies.of(of(Write::millis, _ -> true));
    }

    /// By the clock of who asks for the write.
    Latencies roundTrips() {
        return Latencies.of(of(Write::roundTripMillis, _ -> true));
    }

    int writes() {
        return injections.stream().mapToInt(each -> each.counted().size()).sum();
    }

    int jobs() {
        return injections.stream().mapToInt(each -> each.jobs().count()).sum();
    }

    int fresh() {
        return injections.stream().mapToInt(Injected::fresh).sum();
    }

    long copiedBytes() {
        return injections.stream().mapToLong(each -> each.jobs().copiedBytes()).sum();
    }

    private List<Double> of(ToDoubleFunction<Write> value, Predicate<Write> wanted) {
        List<Double> values = new ArrayList<>();
        for (Injected injected : injections) {
            injected.counted().stream().filter(wanted).mapToDouble(value).forEach(values::add);
        }
        return values;
    }

    /// What the last line says of it.
    Map<String, Object> fields() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("writes", writes());
        fields.put("millis", fields(latencies()));
        fields.put("roundTripMillis", fields(roundTrips()));
        if (jobs() > 0) {
            fields.put("backups", jobs());
            fields.put("backupSeconds", rounded(Spread.of(backupSeconds).median()));
            fields.put("writesToFreshGranules", fresh());
            fields.put("granulesCopiedBefore", copiedBytes() / Injector.GRANULE_BYTES);
            putMedian(fields, "p50MillisFresh", of(Write::millis, Write::isFresh));
            putMedian(fields, "p50MillisCopiedBefore", of(Write::millis, write -> !write.isFresh()));
        }
        return fields;
    }

    private static void putMedian(Map<String, Object> fields, String name, List<Double> values) {
        if (!values.isEmpty()) {
            fields.put(name, rounded(Spread.of(values).median()));
        }
    }

    private static Map<String, Object> fields(Latencies latencies) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("p50", rounded(latencies.p50()));
        fields.put("p99", rounded(latencies.p99()));
        fields.put("max", rounded(latencies.max()));
        fields.put("mean", rounded(latencies.mean()));
        return fields;
    }

    private static double rounded(double value) {
        return Math.round(value * DECIMALS) / DECIMALS;
    }
}
