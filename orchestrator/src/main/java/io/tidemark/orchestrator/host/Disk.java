package io.tidemark.orchestrator.host;

import io.tidemark.schemas.id.DiskId;
import io.tidemark.schemas.id.VmId;
import io.tidemark.schemas.vocabulary.ImageFormat;
import io.tidemark.schemas.vocabulary.Reason;
import org.jspecify.annotations.Nullable;

/// A disk of a VM as its host last reported it.
///
/// @param whyNot why it cannot carry a bitmap; null when it can
public record Disk(
        DiskId id,
        VmId vm,
        String target,
        @Nullable String serial,
        ImageFormat format,
        long virtualSizeBytes,
        String imageIdentity,
        boolean trackable,
        @Nullable Reason whyNot,
        boolean present,
        long revision) {}
