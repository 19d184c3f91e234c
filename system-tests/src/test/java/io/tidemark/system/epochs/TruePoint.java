package io.tidemark.system.epochs;

import io.tidemark.agent.backup.BackupOrder;
import io.tidemark.schemas.id.Attempt;
import io.tidemark.schemas.id.RestorePointId;
import java.time.Instant;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// A point in time as it really was, and whether its bitmaps have told the truth since.
///
/// @param disks by serial
/// @param touched serials of disks of which the agent may think worse than it had to
/// @param number of the instant when it was taken
record TruePoint(
        RestorePointId id,
        Attempt attempt,
        Instant takenAt,
        Map<String, Disk> disks,
        Set<String> touched,
        long number) {

    /// @param identity as the agent saw it; empty if it could not
    record Disk(String target, TrueImage image, List<Long> content, String identity, long sizeBytes) {
        boolean isIdentified() {
            return !identity.isEmpty();
        }
    }

    TruePoint(RestorePointId id, Attempt attempt, Instant takenAt, Map<String, Disk> disks, long number) {
        this(id, attempt, takenAt, Map.copyOf(disks), new HashSet<>(), number);
    }

    String checkpoint() {
        return BackupOrder.checkpointName(id);
    }

    /// Whether the bitmap tells of all that the disk has become since.
    boolean isTold(TrueVm vm, String serial) {
        Disk then = disks.get(serial);
        TrueImage top = vm.top(serial);
        BitSet dirty = new BitSet();
        for (TrueImage layer = top; layer != null; layer = layer.below) {
            TrueImage.Bitmap bitmap = layer.bitmaps.get(checkpoint());
            if (bitmap == null || !bitmap.isRecording || !bitmap.isConsistent) {
                return false;
            }
            dirty.or(bitmap.dirty);
            if (then != null && layer == then.image()) {
                return isNamed(then.content(), top.copied(), dirty);
            }
        }
        return false;
    }

    boolean isValid(TrueVm vm, String serial) {
        return vm.checkpointNames().contains(checkpoint()) && isTold(vm, serial);
    }

    private static boolean isNamed(List<Long> then, List<Long> now, BitSet dirty) {
        if (then.size() != now.size()) {
            return false;
        }
        for (int granule = 0; granule < now.size(); granule++) {
            if (!then.get(granule).equals(now.get(granule)) && !dirty.get(granule)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public String toString() {
        return "point " + attempt + " " + Arrays.toString(disks.keySet().toArray());
    }
}
