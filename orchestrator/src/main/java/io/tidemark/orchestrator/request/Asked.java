package io.tidemark.orchestrator.request;

import io.tidemark.schemas.id.ClientId;
import io.tidemark.schemas.id.RepositoryId;
import io.tidemark.schemas.id.RestorePointId;
import io.tidemark.schemas.id.TaskId;
import io.tidemark.schemas.id.VmId;
import io.tidemark.schemas.request.ClientReply;
import io.tidemark.schemas.request.ClientReply.RequestFailed;
import io.tidemark.schemas.request.ClientReply.RequestSucceeded;
import io.tidemark.schemas.vocabulary.FailureReason;
import io.tidemark.schemas.vocabulary.Gate;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A client's request and, once it has one, its terminal answer.
///
/// @param work null when the request was refused at once
public record Asked(
        Key key,
        Gate gate,
        @Nullable Work work,
        Instant askedAt,
        @Nullable Answer answer) {
    /// What tells requests apart.
    public record Key(ClientId client, String correlation) {}

    /// What was begun for it.
    public record Work(TaskId task, VmId vm, RepositoryId repository) {}

    /// The terminal answer: a point, or a reason without one.
    public record Answer(
            Instant at,
            @Nullable RestorePointId point,
            @Nullable FailureReason reason,
            @Nullable String detail) {}

    /// The reply to send, once there is an answer.
    @Nullable
    ClientReply reply() {
        if (answer == null) {
            return null;
        }
        if (answer.point() != null && work != null) {
            return new RequestSucceeded(answer.point(), work.vm(), work.repository(), gate);
        }
        FailureReason reason = answer.reason() == null ? FailureReason.INTERNAL : answer.reason();
        return new RequestFailed(reason, String.valueOf(answer.detail()));
    }

    Asked answered(Answer with) {
        return new Asked(key, gate, work, askedAt, with);
    }
}
