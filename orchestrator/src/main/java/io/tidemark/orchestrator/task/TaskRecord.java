package io.tidemark.orchestrator.task;

import io.tidemark.schemas.id.HostId;
import io.tidemark.schemas.vocabulary.Quiescing;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A task as it is stored: what its readers see, and what they need not.
///
/// @param notBefore when the next attempt may start; null when at once
public record TaskRecord(
        Task task, Quiescing quiescing, @Nullable Instant notBefore) {
    TaskRecord in(TaskState state, long bytesCopied, @Nullable String detail, @Nullable Instant endedAt) {
        return with(state, task.host(), new Told(bytesCopied, task.bytesTotal(), null, detail), endedAt);
    }

    TaskRecord sentTo(HostId host, TaskState state) {
        return with(state, host, new Told(0, 0, null, null), null);
    }

    TaskRecord waitingFor(String what) {
        Told told = new Told(task.bytesCopied(), task.bytesTotal(), what, task.detail());
        return with(task.state(), task.host(), told, null);
    }

    TaskRecord ofTotal(long bytesTotal) {
        Told told = new Told(task.bytesCopied(), bytesTotal, task.waitsFor(), task.detail());
        return with(task.state(), task.host(), told, task.endedAt());
    }

    TaskRecord notBefore(Instant moment) {
        return new TaskRecord(task, quiescing, moment);
    }

    private TaskRecord with(TaskState state, @Nullable HostId host, Told told, @Nullable Instant endedAt) {
        Task next = new Task(
                task.id(),
                task.run(),
                task.vm(),
                task.repository(),
                task.tracker(),
                task.level(),
                host,
                state,
                told.bytesCopied(),
                told.bytesTotal(),
                told.waitsFor(),
                told.detail(),
                task.createdAt(),
                task.deadlineAt(),
                endedAt,
                task.correlation());
        return new TaskRecord(next, quiescing, notBefore);
    }

    private record Told(
            long bytesCopied,
            long bytesTotal,
            @Nullable String waitsFor,
            @Nullable String detail) {}
}
