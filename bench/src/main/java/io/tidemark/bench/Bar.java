package io.tidemark.bench;

/// What a figure has to reach.
///
/// @param limit a ratio, or an amount in the figure's unit
public record Bar(On on, double limit) {
    public enum On {
        /// Theirs divided by ours is the limit or more.
        RATIO,
        /// Our median is below the limit.
        OURS
    }

    public static Bar ratioAtLeast(double limit) {
        return new Bar(On.RATIO, limit);
    }

    public static Bar oursBelow(double limit) {
        return new Bar(On.OURS, limit);
    }

    public boolean holds(double ours, double ratio) {
        return switch (on) {
            case RATIO -> ratio >= limit;
            case OURS -> ours < limit;
        };
    }

    /// In words, for the reader of the line.
    public String meaning() {
        return switch (on) {
            case RATIO -> "ratio >= bar";
            case OURS -> "median of ours < bar";
        };
    }
}
