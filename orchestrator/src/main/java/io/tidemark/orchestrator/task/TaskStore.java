package io.tidemark.orchestrator.task;

import io.tidemark.schemas.id.Attempt;
import io.tidemark.schemas.id.HostId;
import io.tidemark.schemas.id.RunId;
import io.tidemark.schemas.id.TaskId;
import io.tidemark.schemas.id.VmId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Where tasks are kept. Every call joins the caller's transaction.
public interface TaskStore {
    /// Read without keeping it: the VM is locked before its task is looked at.
    Optional<VmId> vmOf(TaskId task);

    Optional<TaskRecord> find(TaskId task);

    /// Stores the task, new or known; one that changed since it was read fails the transaction.
    void save(TaskRecord task);

    List<Task> ofRun(RunId run);

    List<Task> recent(int limit);

    /// Not admitted yet, oldest first.
    List<TaskRecord> waiting();

    /// Sent and not ended.
    List<Task> inFlight();

    List<Task> inFlightOn(HostId host);

    boolean isBusy(VmId vm);

    /// Not ended, though the deadline has passed.
    List<Task> overdue(Instant now);

    void add(SentAttempt attempt);

    Optional<SentAttempt> attempt(Attempt attempt);
}
