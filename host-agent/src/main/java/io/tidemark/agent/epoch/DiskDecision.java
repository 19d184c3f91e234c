package io.tidemark.agent.epoch;

import io.tidemark.schemas.vocabulary.Level;
import io.tidemark.schemas.vocabulary.Reason;
import org.jspecify.annotations.Nullable;

/// How one disk is backed up.
///
/// @param reason why it is full; `differential` for an increment that begins no bitmap, null for any other
/// @param incrementalFrom the checkpoint whose bitmap says what changed; null for a full
public record DiskDecision(
        Level level, @Nullable Reason reason, @Nullable String incrementalFrom) {
    /// Whether the disk goes without a new bitmap although it could have one.
    public boolean beginsNoBitmap() {
        return reason != null && reason.beginsNoBitmap();
    }

    static DiskDecision full(Reason reason) {
        return new DiskDecision(Level.FULL, reason, null);
    }

    static DiskDecision incremental(String checkpoint) {
        return new DiskDecision(Level.INCREMENTAL, null, checkpoint);
    }

    static DiskDecision differential(String checkpoint) {
        return new DiskDecision(Level.INCREMENTAL, Reason.DIFFERENTIAL, checkpoint);
    }

    /// Whether it is an increment that leaves the bitmap which it reads the newest one.
    public boolean isDifferential() {
        return reason == Reason.DIFFERENTIAL;
    }
}
