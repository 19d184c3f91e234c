package io.tidemark.orchestrator.snapshot.db;

import io.tidemark.orchestrator.snapshot.SnapshotState;
import io.tidemark.schemas.vocabulary.Consistency;
import io.tidemark.schemas.vocabulary.SnapshotKind;
import io.tidemark.schemas.vocabulary.SnapshotMechanism;
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

/// A row of `snapshot`. Fields are not final because Hibernate fills them.
@Entity
@Table(name = "snapshot")
@SuppressWarnings("NullAway.Init") // Hibernate fills what is not nullable
class SnapshotEntity {
    @Id
    UUID id;

    @Column(name = "vm_id")
    @Nullable
    UUID vm;

    @Column(name = "host_id")
    @Nullable
    UUID host;

    String name;

    @Nullable
    String description;

    @Enumerated(EnumType.STRING)
    @Nullable
    SnapshotKind kind;

    @Enumerated(EnumType.STRING)
    @Nullable
    SnapshotMechanism mechanism;

    /// JSON: an array of target, path, kind and mechanism.
    String volumes;

    boolean quiesce;

    boolean memory;

    @Column(name = "policy_id")
    @Nullable
    UUID policy;

    @Enumerated(EnumType.STRING)
    SnapshotState state;

    @Column(name = "taken_at")
    @Nullable
    Instant takenAt;

    @Enumerated(EnumType.STRING)
    @Nullable
    Consistency consistency;

    @Column(name = "memory_kept")
    @Nullable
    Boolean memoryKept;

    @Column(name = "freeze_millis")
    @Nullable
    Long freezeMillis;

    @Column(name = "pause_millis")
    @Nullable
    Long pauseMillis;

    @Column(name = "skew_micros")
    @Nullable
    Long skewMicros;

    @Column(name = "duration_millis")
    @Nullable
    Long durationMillis;

    /// JSON: an array of the members as messages have them; null until it was taken.
    @Nullable
    String members;

    @Column(name = "created_at")
    Instant createdAt;

    @Version
    long version;
}
