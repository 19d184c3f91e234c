package io.tidemark.agent.epoch;

import io.tidemark.schemas.vocabulary.Level;
import io.tidemark.schemas.vocabulary.Reason;
import org.jspecify.annotations.Nullable;

/// What the orchestrator proposes for one disk.
///
/// @param target the name inside the domain, as `vda`
/// @param reason why the disk is proposed full; `differential` or null for an incremental proposal
/// @param parent the disk in the parent restore point; null where the parent does not hold it
public record ProposedDisk(
        String target,
        Level level,
        @Nullable Reason reason,
        @Nullable Parent parent) {
    public ProposedDisk {
        boolean isReasonOfFull = reason != null && reason != Reason.DIFFERENTIAL;
        if ((level == Level.FULL) != isReasonOfFull) {
            throw new IllegalArgumentException("disk " + target
                    + ": expected a reason with a full proposal and none but differential with an incremental one,"
                    + " found " + level.code() + " with " + reason);
        }
    }

    /// The disk as the parent restore point knows it.
    ///
    /// @param checkpoint whose bitmap began at the parent's instant
    /// @param imageIdentity the text that names the image the parent was read from
    public record Parent(String checkpoint, String imageIdentity, long virtualSizeBytes) {}
}
