package io.tidemark.bench;

import java.util.List;

/// What the rounds of one side came to, in the unit of its figure.
///
/// @param median with an even number of rounds the mean of the middle two
public record Spread(double median, double min, double max, int rounds) {
    public static Spread of(List<Double> values) {
        if (values.isEmpty()) {
            throw new IllegalArgumentException("spread: expected at least one round, found none");
        }
        List<Double> sorted = values.stream().sorted().toList();
        int count = sorted.size();
        double median = (sorted.get((count - 1) / 2) + sorted.get(count / 2)) / 2;
        return new Spread(median, sorted.getFirst(), sorted.getLast(), count);
    }
}
