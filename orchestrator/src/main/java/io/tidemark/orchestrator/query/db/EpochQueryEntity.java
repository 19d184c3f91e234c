package io.tidemark.orchestrator.query.db;

import io.tidemark.schemas.vocabulary.Reason;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A row of `epoch_query`. Fields change as Hibernate fills them and with the answer.
@Entity
@Table(name = "epoch_query")
@SuppressWarnings("NullAway.Init") // Hibernate fills what is not nullable
class EpochQueryEntity {
    @Id
    UUID id;

    @Column(name = "client_id")
    @Nullable
    String client;

    @Nullable
    String correlation;

    @Column(name = "vm_id")
    UUID vm;

    @Column(name = "disk_id")
    UUID disk;

    String tracker;

    @Column(name = "asked_at")
    Instant askedAt;

    @Column(name = "sent_id")
    @Nullable
    UUID sent;

    @Column(name = "host_id")
    @Nullable
    UUID host;

    @Column(name = "asked_token")
    @Nullable
    String askedToken;

    @Column(name = "answered_at")
    @Nullable
    Instant answeredAt;

    @Nullable
    String token;

    @Column(name = "valid_since")
    @Nullable
    Instant validSince;

    @Column(name = "granularity_bytes")
    @Nullable
    Long granularityBytes;

    @Column(name = "dirty_bytes")
    @Nullable
    Long dirtyBytes;

    @Enumerated(EnumType.STRING)
    @Nullable
    Reason reason;

    @Nullable
    String detail;
}
