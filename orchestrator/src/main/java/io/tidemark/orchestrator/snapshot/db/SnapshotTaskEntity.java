package io.tidemark.orchestrator.snapshot.db;

import io.tidemark.schemas.vocabulary.FailureReason;
import io.tidemark.schemas.vocabulary.SnapshotAction;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A row of `snapshot_task`. Fields are not final because Hibernate fills them.
@Entity
@Table(name = "snapshot_task")
@SuppressWarnings("NullAway.Init") // Hibernate fills what is not nullable
class SnapshotTaskEntity {
    @Id
    UUID id;

    @Column(name = "snapshot_id")
    UUID snapshot;

    @Enumerated(EnumType.STRING)
    SnapshotAction action;

    boolean force;

    @Column(name = "client_id")
    @Nullable
    String client;

    @Nullable
    String correlation;

    @Column(name = "host_id")
    @Nullable
    UUID host;

    String state;

    @Column(name = "attempt_incarnation")
    long attemptIncarnation;

    @Column(name = "attempt_sequence")
    long attemptSequence;

    @Column(name = "was_sent")
    boolean wasSent;

    @Enumerated(EnumType.STRING)
    @Column(name = "failure_reason")
    @Nullable
    FailureReason failureReason;

    @Nullable
    String detail;

    @Column(name = "created_at")
    Instant createdAt;

    @Column(name = "deadline_at")
    Instant deadlineAt;

    @Column(name = "ended_at")
    @Nullable
    Instant endedAt;

    @Version
    long version;
}
