package io.tidemark.bench.snapshot;

import io.tidemark.bench.write.Latencies;
import java.util.LinkedHashMap;
import java.util.Map;

/// What the writes to one disk waited for in one round: without a snapshot at its beginning and at its end, and
/// between these with one of each mechanism, one after the other.
///
/// @param held by mechanism, in the order in which they were measured
record HeldWrites(Latencies before, Latencies after, Map<String, Held> held) {
    /// @param first the writes to each granule for the first time since the snapshot
    /// @param again the same writes once more
    /// @param dropSeconds how long it then took to be rid of the snapshot
    record Held(Latencies first, Latencies again, double dropSeconds) {}

    HeldWrites {
        held = new LinkedHashMap<>(held);
    }

    /// Whether the machine was not the same all the while.
    boolean isVoid() {
        return Latencies.differ(before, after);
    }

    Latencies baseline() {
        return Latencies.middle(before, after);
    }
}
