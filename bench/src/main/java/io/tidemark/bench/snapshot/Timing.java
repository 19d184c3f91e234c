package io.tidemark.bench.snapshot;

import io.tidemark.bench.snapshot.Snapshots.Taken;
import org.jspecify.annotations.Nullable;

/// What one case took in one round, in milliseconds.
///
/// @param dropMillis from before the request to the transaction that knows it gone, by the machine's clock
/// @param bare null where there is no such command
record Timing(Taken taken, double dropMillis, @Nullable Bare bare) {
    /// From a program's start to its end.
    record Bare(String name, double takeMillis, double dropMillis) {}
}
