package io.tidemark.orchestrator.task.rest;

import io.tidemark.orchestrator.task.Task;
import io.tidemark.orchestrator.task.TaskState.Cancelled;
import io.tidemark.orchestrator.task.TaskState.Cancelling;
import io.tidemark.orchestrator.task.TaskState.Copying;
import io.tidemark.orchestrator.task.TaskState.Dispatched;
import io.tidemark.orchestrator.task.TaskState.Failed;
import io.tidemark.orchestrator.task.TaskState.Queued;
import io.tidemark.orchestrator.task.TaskState.Succeeded;
import io.tidemark.schemas.id.Attempt;
import io.tidemark.schemas.id.HostId;
import io.tidemark.schemas.id.RepositoryId;
import io.tidemark.schemas.id.RestorePointId;
import io.tidemark.schemas.id.RunId;
import io.tidemark.schemas.id.TaskId;
import io.tidemark.schemas.id.TrackerId;
import io.tidemark.schemas.id.VmId;
import io.tidemark.schemas.vocabulary.BackupLevel;
import io.tidemark.schemas.vocabulary.FailureReason;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// A task as a person reads it.
///
/// @param tracker whose line of backups its point is in
/// @param level what was asked for: incremental, full, differential or copy; what became of it its point says
/// @param state queued, dispatched, copying, cancelling, succeeded, failed or cancelled
/// @param point the point that the present attempt makes or has made
/// @param waitsFor what a queued one waits for
public record TaskView(
        TaskId id,
        RunId run,
        VmId vm,
        RepositoryId repository,
        TrackerId tracker,
        BackupLevel level,
        @Nullable HostId host,
        String state,
        Attempt attempt,
        @Nullable RestorePointId point,
        long bytesCopied,
        long bytesTotal,
        @Nullable String waitsFor,
        @Nullable FailureReason reason,
        @Nullable String detail,
        Instant createdAt,
        Instant deadlineAt,
        @Nullable Instant endedAt,
        @Nullable String correlation) {
    static TaskView of(Task task) {
        return new TaskView(
                task.id(),
                task.run(),
                task.vm(),
                task.repository(),
                task.tracker(),
                task.level(),
                task.host(),
                task.state().getClass().getSimpleName().toLowerCase(Locale.ROOT),
                task.state().attempt(),
                point(task),
                task.bytesCopied(),
                task.bytesTotal(),
                task.waitsFor(),
                task.state() instanceof Failed failed ? failed.reason() : null,
                task.detail(),
                task.createdAt(),
                task.deadlineAt(),
                task.endedAt(),
                task.correlation());
    }

    private static @Nullable RestorePointId point(Task task) {
        return switch (task.state()) {
            case Dispatched dispatched -> dispatched.point();
            case Copying copying -> copying.point();
            case Cancelling cancelling -> cancelling.point();
            case Succeeded succeeded -> succeeded.point();
            case Queued _, Failed _, Cancelled _ -> null;
        };
    }
}
