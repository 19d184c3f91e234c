package io.tidemark.agent.repository;

import io.tidemark.schemas.id.Attempt;
import io.tidemark.schemas.id.RestorePointId;
import io.tidemark.schemas.id.TrackerId;
import io.tidemark.schemas.id.VmId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Asks for a write session. `parent` is the point that chunks may be kept from, null for a point without one;
/// `point`
/// is new for each attempt and never used before.
public record WriteRequest(
        VmId vm,
        TrackerId tracker,
        @Nullable RestorePointId parent,
        Attempt attempt,
        RestorePointId point,
        List<DiskDescription> disks) {
    public WriteRequest {
        disks = List.copyOf(disks);
    }
}
