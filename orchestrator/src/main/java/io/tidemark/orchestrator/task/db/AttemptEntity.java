package io.tidemark.orchestrator.task.db;

import io.tidemark.orchestrator.task.SentAttempt;
import io.tidemark.schemas.id.Attempt;
import io.tidemark.schemas.id.HostId;
import io.tidemark.schemas.id.RestorePointId;
import io.tidemark.schemas.id.SessionId;
import io.tidemark.schemas.id.TaskId;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A row of `task_attempt`, written once. Fields change as Hibernate fills them.
@Entity
@Table(name = "task_attempt")
@SuppressWarnings("NullAway.Init") // Hibernate fills the fields
class AttemptEntity {
    @Id
    @Column(name = "point_id")
    UUID point;

    @Column(name = "task_id")
    UUID task;

    @Column(name = "attempt_incarnation")
    long incarnation;

    @Column(name = "attempt_sequence")
    long sequence;

    @Column(name = "parent_id")
    @Nullable
    UUID parent;

    @Column(name = "host_id")
    UUID host;

    UUID session;

    @Column(name = "sent_at")
    Instant sentAt;

    void fill(SentAttempt attempt) {
        point = attempt.point().value();
        task = attempt.task().value();
        incarnation = attempt.attempt().incarnation();
        sequence = attempt.attempt().sequence();
        parent = attempt.parent() == null ? null : attempt.parent().value();
        host = attempt.host().value();
        session = attempt.session().value();
        sentAt = attempt.sentAt();
    }

    SentAttempt toAttempt() {
        return new SentAttempt(
                new RestorePointId(point),
                new TaskId(task),
                new Attempt(incarnation, sequence),
                parent == null ? null : new RestorePointId(parent),
                new HostId(host),
                new SessionId(session),
                sentAt);
    }
}
