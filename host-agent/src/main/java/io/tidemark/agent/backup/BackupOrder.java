package io.tidemark.agent.backup;

import io.tidemark.schemas.id.RestorePointId;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// One pull-mode backup to begin. The restore point's id is the mark of the job: the new checkpoint and the scratch
/// files bear it, so that whoever finds them knows whose they are.
///
/// @param nbdSocket where the NBD server shall listen; a unix socket's path holds at most 107 bytes
/// @param scratchFolder takes one file a disk with what the guest overwrites while the job runs
public record BackupOrder(RestorePointId point, List<DiskOrder> disks, Path nbdSocket, Path scratchFolder) {
    /// What our checkpoints' and scratch files' names begin with.
    public static final String MARK = "tidemark-";

    public BackupOrder {
        disks = List.copyOf(disks);
        if (disks.isEmpty()) {
            throw new IllegalArgumentException("backup order of " + point + ": expected at least one disk, found none");
        }
    }

    /// The name of the checkpoint that the backup of a restore point makes.
    public static String checkpointName(RestorePointId point) {
        return MARK + point;
    }

    /// Takes what the guest overwrites on that disk while the job runs.
    public Path scratch(String target) {
        return scratchFolder.resolve(checkpointName(point) + "-" + target);
    }

    /// The new checkpoint; none if no disk can keep a bitmap.
    public Optional<String> newCheckpoint() {
        return disks.stream().anyMatch(DiskOrder::isCheckpointed)
                ? Optional.of(checkpointName(point))
                : Optional.empty();
    }

    /// One disk of the order.
    ///
    /// @param incrementalFrom the checkpoint whose bitmap says what changed; empty for a full
    /// @param isCheckpointed whether a new bitmap starts with this backup; never on a raw image
    public record DiskOrder(String target, Optional<String> incrementalFrom, boolean isCheckpointed) {}
}
