package io.tidemark.orchestrator.catalog;

import io.tidemark.schemas.id.Attempt;
import io.tidemark.schemas.id.RestorePointId;
import io.tidemark.schemas.id.VmId;
import java.util.Collection;
import java.util.Map;
import java.util.Set;

/// The points that tasks name, in flight or ended.
public interface PointsInFlight {
    /// Those that a task in flight names: its parent, and the one that it would make.
    Set<RestorePointId> of(VmId vm);

    /// Those of the points that an attempt at the VM was to make, ended ones too, each with its attempt.
    Map<RestorePointId, Attempt> attempted(VmId vm, Collection<RestorePointId> points);
}
