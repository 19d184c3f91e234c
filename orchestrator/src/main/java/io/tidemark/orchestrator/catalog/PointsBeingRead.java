package io.tidemark.orchestrator.catalog;

import io.tidemark.schemas.id.RestorePointId;
import io.tidemark.schemas.id.VmId;
import java.util.Set;

/// The points that a restore which has not ended reads from, or will.
public interface PointsBeingRead {
    Set<RestorePointId> ofVm(VmId vm);
}
