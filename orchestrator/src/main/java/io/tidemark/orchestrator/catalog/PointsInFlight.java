package io.tidemark.orchestrator.catalog;

import io.tidemark.schemas.id.RestorePointId;
import io.tidemark.schemas.id.VmId;
import java.util.Set;

/// The points that a task in flight names: its parent, and the one that it would make.
public interface PointsInFlight {
    Set<RestorePointId> of(VmId vm);
}
