package io.tidemark.system.epochs;

import io.tidemark.agent.backup.BackupOrder;
import io.tidemark.schemas.id.Attempt;
import io.tidemark.schemas.id.RestorePointId;
import io.tidemark.schemas.id.TrackerId;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// A point in time as it really was, and whether its bitmaps have told the truth since.
///
/// @param disks by serial
/// @param touched serials of disks of which the agent may think worse than it had to
/// @param number of the instant when it was taken
record RealPoint(
        RestorePointId id,
        Attempt attempt,
        TrackerId tracker,
        Map<String, Then> disks,
        Set<String> touched,
        long number) {

    /// A disk at that instant.
    record Then(RealImage image, DiskContent content) {}

    RealPoint(RestorePointId id, Attempt attempt, TrackerId tracker, Map<String, Then> disks, long number) {
        this(id, attempt, tracker, Map.copyOf(disks), new HashSet<>(), number);
    }

    String checkpoint() {
        return BackupOrder.checkpointName(id);
    }

    /// Whether there is a checkpoint, and its bitmap tells of all that the disk has become since.
    boolean isValid(RealDomain domain, String serial) {
        RealPoint.Then then = disks.get(serial);
        RealImage top = domain.top(serial);
        if (then == null
                || !domain.checkpoints.contains(checkpoint())
                || top.content.sizeBytes() != then.content().sizeBytes()) {
            return false;
        }
        for (RealImage layer = top; layer != null && layer.told.contains(checkpoint()); layer = layer.below) {
            if (layer == then.image()) {
                return true;
            }
        }
        return false;
    }

    @Override
    public String toString() {
        return "point " + attempt + " of " + tracker;
    }
}
