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

    /// The least value that so many percent are not above. Of few values it is the greatest.
    ///
    /// @param percent from 1 to 100
    public static double percentile(List<Double> values, int percent) {
        if (values.isEmpty()) {
            throw new IllegalArgumentException("percentile " + percent + ": expected at least one value, found none");
        }
        List<Double> sorted = values.stream().sorted().toList();
        return sorted.get(Math.ceilDiv(sorted.size() * percent, 100) - 1);
    }
}
