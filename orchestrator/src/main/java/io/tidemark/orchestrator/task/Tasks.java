package io.tidemark.orchestrator.task;

import io.tidemark.schemas.id.RunId;
import io.tidemark.schemas.id.TaskId;
import java.util.List;
import java.util.Optional;

/// Backup tasks, to be read and cancelled. Joins the caller's transaction.
public interface Tasks {
    Optional<Task> task(TaskId task);

    List<Task> ofRun(RunId run);

    /// The newest first, at most `limit`.
    List<Task> recent(int limit);

    /// Those that admission has not let go, oldest first, each with what it waits for.
    List<Task> waiting();

    /// Asks the task to stop; the commit may still win. False if there is no such task or it has ended.
    boolean cancel(TaskId task);
}
