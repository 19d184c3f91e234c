package io.tidemark.bench.guest;

import io.tidemark.bench.Spread;
import java.util.List;

/// What the writes of one state took, in milliseconds by one clock.
record Latencies(double p50, double p99, double max, double mean) {
    private static final int TAIL_PERCENT = 99;

    static Latencies of(List<Double> millis) {
        double mean = millis.stream().mapToDouble(each -> each).average().orElseThrow();
        return new Latencies(
                Spread.percentile(millis, 50),
                Spread.percentile(millis, TAIL_PERCENT),
                Spread.percentile(millis, 100),
                mean);
    }

    /// The middle of two measurements of the same.
    static Latencies middle(Latencies one, Latencies other) {
        return new Latencies(
                (one.p50 + other.p50) / 2,
                (one.p99 + other.p99) / 2,
                (one.max + other.max) / 2,
                (one.mean + other.mean) / 2);
    }
}
