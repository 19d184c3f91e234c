package io.tidemark.orchestrator.restore;

import io.tidemark.schemas.id.Attempt;
import io.tidemark.schemas.id.HostId;
import io.tidemark.schemas.id.TaskId;
import java.util.List;
import java.util.Optional;

/// Where restores' rows are kept. Joins the caller's transaction.
public interface Restores {
    void add(Restore restore);

    /// Replaces the row of a restore that was loaded in this transaction.
    void update(Restore restore);

    Optional<Restore> byId(TaskId id);

    /// The row, locked until the transaction ends.
    Optional<Restore> lock(TaskId id);

    Optional<TaskId> byAttempt(Attempt attempt);

    /// Those that have not ended, oldest first.
    List<Restore> open();

    List<Restore> openOn(HostId host);

    /// The newest first, at most `limit`.
    List<Restore> recent(int limit);
}
