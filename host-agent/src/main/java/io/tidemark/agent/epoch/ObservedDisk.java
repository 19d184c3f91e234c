package io.tidemark.agent.epoch;

import io.tidemark.schemas.vocabulary.BitmapState;
import io.tidemark.schemas.vocabulary.Reason;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// What the hypervisor shows of one disk now.
///
/// @param untrackable why no bitmap can be kept for the disk; null if one can
/// @param imageIdentity null where it could not be asked, which proves nothing
/// @param virtualSizeBytes empty where it could not be asked, which proves nothing
/// @param checkpointExists whether the domain has the parent's checkpoint
/// @param bitmap the state of that checkpoint's bitmap on this disk
/// @param doubt why the bitmap proves nothing though it records; null if it does prove
public record ObservedDisk(
        @Nullable Reason untrackable,
        @Nullable String imageIdentity,
        OptionalLong virtualSizeBytes,
        boolean checkpointExists,
        BitmapState bitmap,
        @Nullable Reason doubt) {}
