package io.tidemark.orchestrator.catalog;

import io.tidemark.schemas.id.RepositoryId;
import io.tidemark.schemas.id.RestorePointId;
import io.tidemark.schemas.id.VmId;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Restore points, to be read and, one copy at a time, let go. Joins the caller's transaction.
public interface Catalog {
    /// Points with a copy that is not removed, oldest first.
    List<RestorePoint> points();

    /// The same of one VM.
    List<RestorePoint> points(VmId vm);

    Optional<RestorePoint> point(RestorePointId point);

    /// Points of the VM that a live epoch, a task in flight or a restore that has not ended names; retention keeps
    /// them.
    Set<RestorePointId> pinned(VmId vm);

    /// The holds on copies of the VM's points.
    List<PointHold> holds(VmId vm);

    /// Takes an available copy of a point that nothing pins or holds out of use before its removal is asked for;
    /// false if it is pinned, held, not there or not available. Locks the VM's row, as choosing a parent does.
    boolean markRemoving(RestorePointId point, RepositoryId repository);

    /// The repository has removed its copy: the row's tombstone and the public event leave with this transaction.
    /// Again, or for an unknown copy: changes nothing.
    void removed(RestorePointId point, RepositoryId repository);
}
