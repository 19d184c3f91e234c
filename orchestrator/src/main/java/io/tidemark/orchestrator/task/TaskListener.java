package io.tidemark.orchestrator.task;

import io.tidemark.schemas.id.RestorePointId;
import io.tidemark.schemas.id.TaskId;
import io.tidemark.schemas.vocabulary.FailureReason;
import org.jspecify.annotations.Nullable;

/// Told of a task's steps within the transaction that makes them; several features may listen.
public interface TaskListener {
    /// The checkpoint is taken and the guest thawed.
    void created(TaskId task, RestorePointId point);

    /// The restore point is catalogued as available.
    void durable(TaskId task, RestorePointId point);

    /// The task ended without a restore point.
    void failed(TaskId task, FailureReason reason, @Nullable String detail);
}
