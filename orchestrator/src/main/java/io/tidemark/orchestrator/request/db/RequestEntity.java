package io.tidemark.orchestrator.request.db;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A row of `client_request`. Fields are not final because Hibernate fills them.
@Entity
@Table(name = "client_request")
@SuppressWarnings("NullAway.Init") // Hibernate fills what is not nullable
class RequestEntity {
    /// `client/correlation`; a client's id holds no slash.
    @Id
    @Column(name = "record_key")
    String recordKey;

    @Column(name = "client_id")
    String clientId;

    String correlation;

    String gate;

    @Column(name = "repository_id")
    @Nullable
    String repositoryId;

    @Column(name = "vm_id")
    @Nullable
    UUID vmId;

    @Column(name = "task_id")
    @Nullable
    UUID taskId;

    @Column(name = "asked_at")
    Instant askedAt;

    @Column(name = "answered_at")
    @Nullable
    Instant answeredAt;

    @Column(name = "point_id")
    @Nullable
    UUID pointId;

    @Column(name = "failure_reason")
    @Nullable
    String failureReason;

    @Nullable
    String detail;
}
