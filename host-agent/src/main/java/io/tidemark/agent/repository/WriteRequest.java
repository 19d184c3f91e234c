package io.tidemark.agent.repository;

import io.tidemark.schemas.id.Attempt;
import io.tidemark.schemas.id.RestorePointId;
import io.tidemark.schemas.id.TrackerId;
import io.tidemark.schemas.id.VmId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Asks for a write session.
///
/// @param parent the point that chunks may be kept from, null for a point without one
/// @param point new for each attempt and never used before
/// @param isIndependent whether no chunk is taken over from other points of the VM
public record WriteRequest(
        VmId vm,
        TrackerId tracker,
        @Nullable RestorePointId parent,
        Attempt attempt,
        RestorePointId point,
        List<DiskDescription> disks,
        boolean isIndependent) {
    public WriteRequest {
        disks = List.copyOf(disks);
    }

    /// One that takes over what it finds.
    public WriteRequest(
            VmId vm,
            TrackerId tracker,
            @Nullable RestorePointId parent,
            Attempt attempt,
            RestorePointId point,
            List<DiskDescription> disks) {
        this(vm, tracker, parent, attempt, point, disks, false);
    }
}
