package io.tidemark.orchestrator.task;

import io.tidemark.schemas.id.Attempt;
import io.tidemark.schemas.id.HostId;
import io.tidemark.schemas.id.RestorePointId;
import io.tidemark.schemas.id.SessionId;
import io.tidemark.schemas.id.TaskId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// One sending of a task, kept for ever: its commit may be heard of long after the task has ended.
public record SentAttempt(
        RestorePointId point,
        TaskId task,
        Attempt attempt,
        @Nullable RestorePointId parent,
        HostId host,
        SessionId session,
        Instant sentAt) {}
