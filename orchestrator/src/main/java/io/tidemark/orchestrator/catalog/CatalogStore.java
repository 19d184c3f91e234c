package io.tidemark.orchestrator.catalog;

import io.tidemark.schemas.id.HoldId;
import io.tidemark.schemas.id.RestorePointId;
import io.tidemark.schemas.id.VmId;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Where restore points are kept. Every call joins the caller's transaction.
public interface CatalogStore {
    /// Points with a copy that is not removed, oldest first.
    List<RestorePoint> points();

    List<RestorePoint> points(VmId vm);

    Optional<RestorePoint> point(RestorePointId point);

    /// Those of the points that are there, removed ones among them.
    List<RestorePoint> known(Collection<RestorePointId> points);

    /// Stores a point that is not there yet, with its copies and disks.
    void add(RestorePoint point, Instant cataloguedAt);

    /// Stores a further copy of a point that is there.
    void add(RestorePointId point, RestorePoint.Copy copy);

    /// Stores the new state of a copy that is there.
    void change(RestorePointId point, RestorePoint.Copy copy);

    /// The checkpoints of the VM's catalogued points, retired ones among them.
    Map<RestorePointId, CheckpointState> checkpoints(VmId vm);

    void addCheckpoint(RestorePointId point, VmId vm, CheckpointState state);

    void change(Collection<RestorePointId> points, CheckpointState state);

    /// The holds on copies of the VM's points, the oldest first.
    List<PointHold> holds(VmId vm);

    void add(PointHold hold);

    void remove(HoldId hold);

    /// Where libvirt's checkpoint of a point stands. `RETIRING`: the command was sent.
    enum CheckpointState {
        KEPT,
        RETIRING,
        RETIRED
    }
}
