package io.tidemark.orchestrator.task.db;

import io.tidemark.orchestrator.task.Task;
import io.tidemark.orchestrator.task.TaskRecord;
import io.tidemark.schemas.id.HostId;
import io.tidemark.schemas.id.RepositoryId;
import io.tidemark.schemas.id.RunId;
import io.tidemark.schemas.id.ScriptSetId;
import io.tidemark.schemas.id.TaskId;
import io.tidemark.schemas.id.TrackerId;
import io.tidemark.schemas.id.VmId;
import io.tidemark.schemas.vocabulary.BackupLevel;
import io.tidemark.schemas.vocabulary.FailureReason;
import io.tidemark.schemas.vocabulary.Quiescing;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A row of `task`. Fields change as Hibernate fills them and with each move.
@Entity
@Table(name = "task")
@SuppressWarnings("NullAway.Init") // Hibernate fills the fields
class TaskEntity {
    @Id
    UUID id;

    @Column(name = "run_id")
    UUID run;

    @Column(name = "vm_id")
    UUID vm;

    @Column(name = "repository_id")
    String repository;

    String tracker;

    boolean quiesce;

    @Column(columnDefinition = "text[]")
    @Nullable
    List<String> mountpoints;

    @Nullable
    String scripts;

    /// What `level` says as well, for an orchestrator of the release before.
    @Column(name = "force_full")
    boolean forceFull;

    @Enumerated(EnumType.STRING)
    BackupLevel level;

    @Enumerated(EnumType.STRING)
    StateName state;

    @Column(name = "attempt_incarnation")
    long attemptIncarnation;

    @Column(name = "attempt_sequence")
    long attemptSequence;

    int tries;

    @Column(name = "point_id")
    @Nullable
    UUID point;

    @Column(name = "host_id")
    @Nullable
    UUID host;

    @Column(name = "bytes_copied")
    long bytesCopied;

    @Column(name = "bytes_total")
    long bytesTotal;

    @Column(name = "waits_for")
    @Nullable
    String waitsFor;

    @Column(name = "failure_reason")
    @Enumerated(EnumType.STRING)
    @Nullable
    FailureReason failureReason;

    @Nullable
    String detail;

    @Nullable
    String correlation;

    @Column(name = "created_at")
    Instant createdAt;

    @Column(name = "deadline_at")
    Instant deadlineAt;

    @Column(name = "not_before")
    @Nullable
    Instant notBefore;

    @Column(name = "ended_at")
    @Nullable
    Instant endedAt;

    @Version
    long version;

    void fill(TaskRecord stored) {
        Task task = stored.task();
        run = task.run().value();
        vm = task.vm().value();
        repository = task.repository().value();
        tracker = task.tracker().value();
        quiesce = stored.quiescing().asked();
        mountpoints = stored.quiescing().mountpoints();
        scripts = stored.quiescing().scripts() == null
                ? null
                : stored.quiescing().scripts().value();
        level = task.level();
        forceFull = level == BackupLevel.FULL;
        StateName.write(task.state(), this);
        host = task.host() == null ? null : task.host().value();
        bytesCopied = task.bytesCopied();
        bytesTotal = task.bytesTotal();
        waitsFor = task.waitsFor();
        detail = task.detail();
        correlation = task.correlation();
        createdAt = task.createdAt();
        deadlineAt = task.deadlineAt();
        notBefore = stored.notBefore();
        endedAt = task.endedAt();
    }

    TaskRecord toRecord() {
        var quiescing = new Quiescing(quiesce, mountpoints, scripts == null ? null : new ScriptSetId(scripts));
        return new TaskRecord(toTask(), quiescing, notBefore);
    }

    Task toTask() {
        return new Task(
                new TaskId(id),
                new RunId(run),
                new VmId(vm),
                new RepositoryId(repository),
                new TrackerId(tracker),
                level,
                host == null ? null : new HostId(host),
                StateName.read(this),
                bytesCopied,
                bytesTotal,
                waitsFor,
                detail,
                createdAt,
                deadlineAt,
                endedAt,
                correlation);
    }
}
