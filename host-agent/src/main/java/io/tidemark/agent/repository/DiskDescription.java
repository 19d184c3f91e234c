package io.tidemark.agent.repository;

import io.tidemark.schemas.id.DiskId;
import io.tidemark.schemas.vocabulary.Level;
import io.tidemark.schemas.vocabulary.Reason;
import org.jspecify.annotations.Nullable;

/// What a point says about one disk. `reason` is why it is full; `imageIdentity` is opaque to the repository.
public record DiskDescription(
        DiskId disk,
        String target,
        long sizeBytes,
        Level level,
        @Nullable Reason reason,
        String imageIdentity) {
    public DiskDescription {
        if (sizeBytes < 1) {
            throw new IllegalArgumentException(
                    "DiskDescription " + target + ": expected a size from 1 byte, found " + sizeBytes);
        }
    }
}
