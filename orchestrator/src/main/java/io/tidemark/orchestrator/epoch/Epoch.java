package io.tidemark.orchestrator.epoch;

import io.tidemark.schemas.id.DiskId;
import io.tidemark.schemas.id.RepositoryId;
import io.tidemark.schemas.id.RestorePointId;
import io.tidemark.schemas.id.TrackerId;
import io.tidemark.schemas.id.VmId;
import io.tidemark.schemas.vocabulary.Reason;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// The bitmap of one disk for one tracker: live with a token, or ended with a reason.
///
/// @param point the point whose checkpoint it is; null when it has ended
/// @param repository where that point lies; null when the epoch has ended
/// @param token opaque to readers; null when the epoch has ended
/// @param reason why there is none; null while it lives
public record Epoch(
        VmId vm,
        DiskId disk,
        TrackerId tracker,
        @Nullable RestorePointId point,
        @Nullable RepositoryId repository,
        @Nullable String token,
        @Nullable Instant validSince,
        long granularityBytes,
        @Nullable Reason reason,
        long revision) {
    /// What the names of our checkpoints, and of their bitmaps, begin with; the point's id follows.
    public static final String CHECKPOINT_MARK = "tidemark-";

    public boolean isLive() {
        return point != null;
    }
}
