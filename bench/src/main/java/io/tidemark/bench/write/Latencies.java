package io.tidemark.bench.write;

import io.tidemark.bench.Spread;
import java.util.List;

/// What the writes of one state took, in milliseconds by one clock.
public record Latencies(double p50, double p99, double max, double mean) {
    /// How many times the p99 of one measurement may be that of another of the same.
    static final double RATIO_MAX = 2;

    private static final int TAIL_PERCENT = 99;

    public static Latencies of(List<Double> millis) {
        double mean = millis.stream().mapToDouble(each -> each).average().orElseThrow();
        return new Latencies(
                Spread.percentile(millis, 50),
                Spread.percentile(millis, TAIL_PERCENT),
                Spread.percentile(millis, 100),
                mean);
    }

    /// Whether two measurements of the same differ so much that the machine cannot have been the same.
    public static boolean differ(Latencies one, Latencies other) {
        return Math.max(one.p99, other.p99) > RATIO_MAX * Math.min(one.p99, other.p99);
    }

    /// The middle of two measurements of the same.
    public static Latencies middle(Latencies one, Latencies other) {
        return new Latencies(
                (one.p50 + other.p50) / 2,
                (one.p99 + other.p99) / 2,
                (one.max + other.max) / 2,
                (one.mean + other.mean) / 2);
    }
}
