package io.tidemark.orchestrator.policy.db;

import io.tidemark.schemas.id.TrackerId;
import io.tidemark.schemas.vocabulary.BackupLevel;
import io.tidemark.schemas.vocabulary.SnapshotKind;
import io.tidemark.schemas.vocabulary.SnapshotMechanism;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A row of `policy`. Fields are not final because Hibernate fills them.
@Entity
@Table(name = "policy")
@SuppressWarnings("NullAway.Init") // Hibernate fills what is not nullable
class PolicyEntity {
    @Id
    UUID id;

    String name;

    @Column(name = "schedule_cron")
    @Nullable
    String scheduleCron;

    @Column(name = "schedule_zone")
    @Nullable
    String scheduleZone;

    @Column(name = "schedule_interval")
    @Nullable
    String scheduleInterval;

    @Column(name = "selection_pattern")
    @Nullable
    String selectionPattern;

    /// Ids or names, one a line.
    @Column(name = "selection_vms")
    @Nullable
    String selectionVms;

    /// Null where it takes snapshots.
    @Column(name = "repository_id")
    @Nullable
    String repositoryId;

    @Column(name = "takes_snapshots")
    boolean takesSnapshots;

    @Column(name = "snapshot_kind")
    @Enumerated(EnumType.STRING)
    @Nullable
    SnapshotKind snapshotKind;

    @Column(name = "snapshot_mechanism")
    @Enumerated(EnumType.STRING)
    @Nullable
    SnapshotMechanism snapshotMechanism;

    @Column(name = "snapshot_memory")
    boolean snapshotMemory;

    String tracker = TrackerId.DEFAULT.value();

    @Enumerated(EnumType.STRING)
    BackupLevel level = BackupLevel.INCREMENTAL;

    boolean quiesce;

    @Column(columnDefinition = "text[]")
    @Nullable
    List<String> mountpoints;

    @Nullable
    String scripts;

    @Column(name = "keep_last")
    int keepLast;

    @Column(name = "deadline_seconds")
    long deadlineSeconds;

    boolean enabled;

    @Column(name = "next_due")
    @Nullable
    Instant nextDue;

    @Column(name = "last_fired")
    @Nullable
    Instant lastFired;

    @Column(name = "last_run")
    @Nullable
    UUID lastRun;

    @Column(name = "last_outcome")
    @Nullable
    String lastOutcome;
}
