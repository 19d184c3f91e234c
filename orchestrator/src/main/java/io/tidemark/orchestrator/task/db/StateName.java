package io.tidemark.orchestrator.task.db;

import io.tidemark.orchestrator.task.TaskState;
import io.tidemark.orchestrator.task.TaskState.Cancelled;
import io.tidemark.orchestrator.task.TaskState.Cancelling;
import io.tidemark.orchestrator.task.TaskState.Copying;
import io.tidemark.orchestrator.task.TaskState.Dispatched;
import io.tidemark.orchestrator.task.TaskState.Failed;
import io.tidemark.orchestrator.task.TaskState.Queued;
import io.tidemark.orchestrator.task.TaskState.Succeeded;
import io.tidemark.schemas.id.Attempt;
import io.tidemark.schemas.id.RestorePointId;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A task's state in columns: the names are stored, so none is ever renamed.
enum StateName {
    QUEUED,
    DISPATCHED,
    COPYING,
    CANCELLING,
    SUCCEEDED,
    FAILED,
    CANCELLED;

    static void write(TaskState state, TaskEntity row) {
        row.attemptIncarnation = state.attempt().incarnation();
        row.attemptSequence = state.attempt().sequence();
        row.failureReason = state instanceof Failed failed ? failed.reason() : null;
        switch (state) {
            case Queued queued -> write(row, QUEUED, queued.tries(), null);
            case Dispatched sent -> write(row, DISPATCHED, sent.tries(), sent.point());
            case Copying copying -> write(row, COPYING, copying.tries(), copying.point());
            case Cancelling cancelling -> write(row, CANCELLING, row.tries, cancelling.point());
            case Succeeded done -> write(row, SUCCEEDED, row.tries, done.point());
            case Failed _ -> write(row, FAILED, row.tries, null);
            case Cancelled _ -> write(row, CANCELLED, row.tries, null);
        }
    }

    static TaskState read(TaskEntity row) {
        Attempt attempt = new Attempt(row.attemptIncarnation, row.attemptSequence);
        return switch (row.state) {
            case QUEUED -> new Queued(attempt, row.tries);
            case DISPATCHED -> new Dispatched(attempt, point(row), row.tries);
            case COPYING -> new Copying(attempt, point(row), row.tries, row.bytesCopied);
            case CANCELLING -> new Cancelling(attempt, point(row));
            case SUCCEEDED -> new Succeeded(attempt, point(row));
            case FAILED -> new Failed(attempt, required(row, row.failureReason, "failure_reason"));
            case CANCELLED -> new Cancelled(attempt);
        };
    }

    private static void write(TaskEntity row, StateName name, int tries, @Nullable RestorePointId point) {
        row.state = name;
        row.tries = tries;
        row.point = point == null ? null : point.value();
    }

    private static RestorePointId point(TaskEntity row) {
        UUID point = required(row, row.point, "point_id");
        return new RestorePointId(point);
    }

    private static <T> T required(TaskEntity row, @Nullable T value, String column) {
        if (value == null) {
            throw new IllegalStateException(
                    "task " + row.id + ": expected " + column + " in state " + row.state + ", found none");
        }
        return value;
    }
}
