package io.tidemark.bench.snapshot;

import io.tidemark.bench.snapshot.HeldWrites.Held;
import io.tidemark.bench.snapshot.Snapshots.Taken;
import io.tidemark.bench.write.Latencies;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Rounds of two cases and of two disks, with figures that tell one another apart.
final class TestRounds {
    static final String PEER = "virsh";

    private TestRounds() {}

    /// Every latency of a pass is of one length.
    static Latencies of(double millis) {
        return new Latencies(millis, millis * 10, millis * 100, millis);
    }

    /// @param afterMillis of `qcow2` without a snapshot at the end; 1 at the beginning
    static SnapshotRound round(int number, double afterMillis) {
        Map<String, Timing> timings = new LinkedHashMap<>();
        timings.put("one", timing(0, new Timing.Bare(PEER, 20, 10)));
        timings.put("whole-vm", timing(4, null));
        Map<String, HeldWrites> writes = new LinkedHashMap<>();
        writes.put("qcow2", writes("qcow2-overlay", afterMillis));
        writes.put("raw-on-xfs", writes("reflink", 1));
        return new SnapshotRound(number, timings, writes);
    }

    private static Timing timing(double pauseMillis, Timing.@Nullable Bare bare) {
        return new Timing(new Taken("id", 200, 100, 0, pauseMillis, 0.25), 50, bare);
    }

    private static HeldWrites writes(String mechanism, double afterMillis) {
        return new HeldWrites(of(1), of(afterMillis), Map.of(mechanism, new Held(of(4), of(2), 3)));
    }
}
