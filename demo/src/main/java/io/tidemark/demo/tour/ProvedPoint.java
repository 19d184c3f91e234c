package io.tidemark.demo.tour;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// One restore point in the report, in the shape of its JSON.
///
/// @param scheduled whether a policy's schedule made it, and not a request
record ProvedPoint(
        String id,
        String vm,
        String takenAt,
        boolean scheduled,
        String consistency,
        long freezeMillis,
        long durationMillis,
        List<DiskLine> disks,
        Proof proof) {

    /// What the point did with one disk.
    record DiskLine(String target, String level, @Nullable String reason, long dirtyBytes, long storedBytes) {}

    /// How the restored images were judged; `detail` says what was found, for people.
    record Proof(String method, boolean holds, String detail) {}

    long dirtyBytes() {
        return disks.stream().mapToLong(DiskLine::dirtyBytes).sum();
    }

    long storedBytes() {
        return disks.stream().mapToLong(DiskLine::storedBytes).sum();
    }

    boolean isFull() {
        return disks.stream().allMatch(disk -> disk.level().equals("full"));
    }

    boolean isIncremental() {
        return disks.stream().allMatch(disk -> disk.level().equals("incremental"));
    }
}
