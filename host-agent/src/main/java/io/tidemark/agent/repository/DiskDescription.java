package io.tidemark.agent.repository;

import io.tidemark.schemas.id.DiskId;
import io.tidemark.schemas.vocabulary.Level;
import io.tidemark.schemas.vocabulary.Reason;
import org.jspecify.annotations.Nullable;

/// What a point says about one disk.
///
/// @param reason why it is full, or `differential` of an increment that begins no epoch
/// @param imageIdentity opaque to the repository
/// @param epochBegun whether a bitmap records what changes from the point on
public record DiskDescription(
        DiskId disk,
        String target,
        Device device,
        long sizeBytes,
        Level level,
        @Nullable Reason reason,
        String imageIdentity,
        boolean epochBegun) {
    public DiskDescription {
        if (sizeBytes < 1) {
            throw new IllegalArgumentException(
                    "DiskDescription " + target + ": expected a size from 1 byte, found " + sizeBytes);
        }
    }

    /// A disk of which no more is known, and that begins no epoch.
    public DiskDescription(
            DiskId disk, String target, long sizeBytes, Level level, @Nullable Reason reason, String imageIdentity) {
        this(disk, target, Device.DISK, sizeBytes, level, reason, imageIdentity, false);
    }

    public boolean isDisk() {
        return device.part() == Part.DISK;
    }
}
