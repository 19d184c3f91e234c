package io.tidemark.orchestrator.catalog.db;

import io.tidemark.orchestrator.catalog.RestorePoint;
import io.tidemark.schemas.id.Attempt;
import io.tidemark.schemas.id.RestorePointId;
import io.tidemark.schemas.id.TaskId;
import io.tidemark.schemas.id.TrackerId;
import io.tidemark.schemas.id.VmId;
import io.tidemark.schemas.vocabulary.Consistency;
import io.tidemark.schemas.vocabulary.Notice;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A row of `restore_point`, written once. Fields change as Hibernate fills them.
@Entity
@Table(name = "restore_point")
@SuppressWarnings("NullAway.Init") // Hibernate fills the fields
class RestorePointEntity {
    @Id
    UUID id;

    @Column(name = "vm_id")
    UUID vm;

    String tracker;

    @Column(name = "parent_id")
    @Nullable
    UUID parent;

    @Column(name = "taken_at")
    Instant takenAt;

    @Enumerated(EnumType.STRING)
    Consistency consistency;

    @Column(name = "freeze_millis")
    long freezeMillis;

    @Column(name = "frozen_mountpoints", columnDefinition = "text[]")
    @Nullable
    List<String> frozenMountpoints;

    @Column(columnDefinition = "text[]")
    @Nullable
    List<String> notices;

    @Column(name = "duration_millis")
    long durationMillis;

    @Column(name = "task_id")
    @Nullable
    UUID task;

    @Column(name = "attempt_incarnation")
    @Nullable
    Long attemptIncarnation;

    @Column(name = "attempt_sequence")
    @Nullable
    Long attemptSequence;

    @Column(name = "catalogued_at")
    Instant cataloguedAt;

    void fill(RestorePoint point, Instant now) {
        id = point.id().value();
        vm = point.vm().value();
        tracker = point.tracker().value();
        parent = point.parent() == null ? null : point.parent().value();
        takenAt = point.takenAt();
        consistency = point.consistency();
        freezeMillis = point.freezeMillis();
        durationMillis = point.durationMillis();
        frozenMountpoints = point.freeze().mountpoints();
        notices = point.freeze().notices().stream().map(Notice::name).toList();
        task = point.task() == null ? null : point.task().value();
        attemptIncarnation = point.attempt() == null ? null : point.attempt().incarnation();
        attemptSequence = point.attempt() == null ? null : point.attempt().sequence();
        cataloguedAt = now;
    }

    private RestorePoint.Freeze freeze() {
        List<String> names = Objects.requireNonNullElse(notices, List.of());
        return new RestorePoint.Freeze(
                frozenMountpoints, names.stream().map(Notice::valueOf).toList());
    }

    RestorePoint toPoint(List<RestorePoint.Copy> copies, List<RestorePoint.DiskPart> disks) {
        return new RestorePoint(
                new RestorePointId(id),
                new VmId(vm),
                new TrackerId(tracker),
                parent == null ? null : new RestorePointId(parent),
                takenAt,
                consistency,
                freezeMillis,
                durationMillis,
                task == null ? null : new TaskId(task),
                attemptIncarnation == null || attemptSequence == null
                        ? null
                        : new Attempt(attemptIncarnation, attemptSequence),
                copies,
                disks,
                freeze());
    }
}
