package io.tidemark.agent.restore;

import io.tidemark.schemas.id.TaskId;
import io.tidemark.schemas.vocabulary.FailureReason;
import java.util.concurrent.CompletionStage;

/// Whether a restore was given up.
record Cancellation(TaskId task, CompletionStage<?> cancelled) {
    boolean isCancelled() {
        return cancelled.toCompletableFuture().isDone();
    }

    void check() {
        if (isCancelled()) {
            throw failure();
        }
    }

    RestoreFailure failure() {
        return new RestoreFailure(
                FailureReason.CANCELLED,
                "restore " + task + ": cancelled before its images had their names; they are deleted");
    }

    /// Calls `stop` when the restore is given up, at once if it was.
    void onCancel(Runnable stop) {
        cancelled.whenComplete((_, _) -> stop.run());
    }
}
