package io.tidemark.bench.repository;

import io.tidemark.bench.Bar;
import io.tidemark.bench.Figure;
import io.tidemark.bench.Figure.Peer;
import io.tidemark.bench.Spread;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/// Two sides of some rounds, of which figures are made.
///
/// @param theirs `null` without a peer; one that was not measured is none
/// @param fields what every line carries
record Comparison(Rounds rounds, String ours, @Nullable String theirs, Map<String, Object> fields) {
    private static final double BYTES_PER_MB = 1e6;

    /// What is looked at of an effort.
    record Quantity(String unit, ToDoubleFunction<Effort> value) {
        static final Quantity SECONDS = new Quantity("s", Effort::wallSeconds);
        static final Quantity STORED = new Quantity("MB", effort -> effort.storedBytes() / BYTES_PER_MB);

        /// @param gigabytes in units of 10^9 bytes
        static Quantity coreSeconds(double gigabytes) {
            return new Quantity("core-s/GB", effort -> effort.coreSeconds() / gigabytes);
        }
    }

    /// What is promised and what is dreamt of.
    record Aim(@Nullable Bar bar, @Nullable Double moonshot) {
        static final Aim NONE = new Aim(null, null);

        static Aim bar(Bar bar) {
            return new Aim(bar, null);
        }

        /// Ours costs at most as many times what theirs does.
        static Aim atMostTimes(double limit) {
            return bar(Bar.ratioAtLeast(1 / limit));
        }
    }

    Figure figure(String name, Quantity quantity, Aim aim, String note) {
        Map<String, Object> extra = new LinkedHashMap<>(fields);
        if (median(ours) > 0) {
            extra.put("storedBytes", stored());
        }
        extra.put("note", note);
        Peer peer =
                theirs == null || !rounds.has(theirs) ? null : new Peer(theirs, rounds.of(theirs, quantity.value()));
        return new Figure(
                name, quantity.unit(), rounds.of(ours, quantity.value()), peer, aim.bar(), aim.moonshot(), extra);
    }

    private Map<String, Object> stored() {
        Map<String, Object> stored = new LinkedHashMap<>();
        stored.put("ours", median(ours));
        if (theirs != null && rounds.has(theirs)) {
            stored.put("theirs", median(theirs));
        }
        return stored;
    }

    private double median(String side) {
        return Spread.of(rounds.of(side, Effort::storedBytes)).median();
    }
}
