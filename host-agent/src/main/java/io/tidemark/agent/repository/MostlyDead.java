package io.tidemark.agent.repository;

import io.tidemark.agent.repository.pack.PackKind;
import java.util.BitSet;

/// A pack of which points need little.
///
/// @param live the entries that they need
/// @param liveBytes what is stored of these
record MostlyDead(PackId pack, PackKind kind, BitSet live, long liveBytes, long sizeBytes) {
    long deadBytes() {
        return sizeBytes - liveBytes;
    }

    double liveShare() {
        return (double) liveBytes / sizeBytes;
    }
}
