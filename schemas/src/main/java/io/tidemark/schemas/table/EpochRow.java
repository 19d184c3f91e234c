package io.tidemark.schemas.table;

import io.tidemark.schemas.id.DiskId;
import io.tidemark.schemas.id.TrackerId;
import io.tidemark.schemas.id.VmId;
import io.tidemark.schemas.vocabulary.Reason;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A disk's epoch for one tracker; without a token, the reason why there is none.
public record EpochRow(
        VmId vm,
        DiskId disk,
        TrackerId tracker,
        @Nullable String token,
        @Nullable Instant validSince,
        long granularityBytes,
        @Nullable Reason reason,
        long revision)
        implements TableRow {}
