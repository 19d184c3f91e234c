package io.tidemark.orchestrator.snapshot.db;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tidemark.orchestrator.query.Asker;
import io.tidemark.orchestrator.snapshot.Snapshot;
import io.tidemark.orchestrator.snapshot.SnapshotOrder;
import io.tidemark.orchestrator.snapshot.SnapshotTask;
import io.tidemark.orchestrator.snapshot.SnapshotTask.Times;
import io.tidemark.orchestrator.snapshot.SnapshotTaskState;
import io.tidemark.orchestrator.snapshot.SnapshotTaskState.Dispatched;
import io.tidemark.orchestrator.snapshot.SnapshotTaskState.DoneLate;
import io.tidemark.orchestrator.snapshot.SnapshotTaskState.Failed;
import io.tidemark.orchestrator.snapshot.SnapshotTaskState.Succeeded;
import io.tidemark.orchestrator.snapshot.SnapshotTaskState.Waiting;
import io.tidemark.orchestrator.snapshot.Taken;
import io.tidemark.orchestrator.snapshot.Taken.Figures;
import io.tidemark.schemas.command.AgentCommand.VolumeOrder;
import io.tidemark.schemas.id.Attempt;
import io.tidemark.schemas.id.ClientId;
import io.tidemark.schemas.id.HostId;
import io.tidemark.schemas.id.PolicyId;
import io.tidemark.schemas.id.SnapshotId;
import io.tidemark.schemas.id.SnapshotName;
import io.tidemark.schemas.id.TaskId;
import io.tidemark.schemas.id.VmId;
import io.tidemark.schemas.vocabulary.FailureReason;
import io.tidemark.schemas.vocabulary.SnapshotMember;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Reads and writes the rows of snapshots and of their tasks.
final class SnapshotRows {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final TypeReference<List<VolumeOrder>> VOLUMES = new TypeReference<>() {};
    private static final TypeReference<List<SnapshotMember>> MEMBERS = new TypeReference<>() {};

    private SnapshotRows() {}

    static void write(Snapshot snapshot, SnapshotEntity row) {
        SnapshotOrder order = snapshot.order();
        row.id = snapshot.id().value();
        row.vm = snapshot.vm() == null ? null : snapshot.vm().value();
        row.host = snapshot.host() == null ? null : snapshot.host().value();
        row.name = order.name().value();
        row.description = order.description();
        row.kind = order.kind();
        row.mechanism = order.mechanism();
        row.volumes = text(order.volumes());
        row.quiesce = order.quiesce();
        row.memory = order.memory();
        row.policy = order.policy() == null ? null : order.policy().value();
        row.state = snapshot.state();
        row.createdAt = snapshot.createdAt();
        Taken taken = snapshot.taken();
        if (taken != null) {
            row.takenAt = taken.takenAt();
            row.consistency = taken.consistency();
            row.memoryKept = taken.memory();
            row.freezeMillis = taken.figures().freezeMillis();
            row.pauseMillis = taken.figures().pauseMillis();
            row.skewMicros = taken.figures().skewMicros();
            row.durationMillis = taken.figures().durationMillis();
            row.members = text(taken.members());
        }
    }

    static Snapshot read(SnapshotEntity row) {
        SnapshotOrder order = new SnapshotOrder(
                new SnapshotName(row.name),
                row.description,
                row.kind,
                row.mechanism,
                read(row.volumes, VOLUMES),
                row.quiesce,
                row.memory,
                row.policy == null ? null : new PolicyId(row.policy));
        return new Snapshot(
                new SnapshotId(row.id),
                row.vm == null ? null : new VmId(row.vm),
                row.host == null ? null : new HostId(row.host),
                order,
                row.state,
                taken(row),
                row.createdAt);
    }

    private static @Nullable Taken taken(SnapshotEntity row) {
        return row.takenAt == null
                ? null
                : new Taken(
                        row.takenAt,
                        Objects.requireNonNull(row.consistency),
                        Objects.requireNonNull(row.memoryKept),
                        new Figures(
                                Objects.requireNonNull(row.freezeMillis),
                                Objects.requireNonNull(row.pauseMillis),
                                Objects.requireNonNull(row.skewMicros),
                                Objects.requireNonNull(row.durationMillis)),
                        read(Objects.requireNonNull(row.members), MEMBERS));
    }

    static void write(SnapshotTask task, SnapshotTaskEntity row) {
        row.id = task.id().value();
        row.snapshot = task.snapshot().value();
        row.action = task.action();
        row.force = task.force();
        row.client = task.asker() == null ? null : task.asker().client().value();
        row.correlation = task.asker() == null ? null : task.asker().correlation();
        row.host = task.host() == null ? null : task.host().value();
        row.detail = task.detail();
        row.createdAt = task.times().createdAt();
        row.deadlineAt = task.times().deadlineAt();
        row.endedAt = task.times().endedAt();
        row.state = task.state().getClass().getSimpleName();
        row.attemptIncarnation = task.state().attempt().incarnation();
        row.attemptSequence = task.state().attempt().sequence();
        switch (task.state()) {
            case Waiting waiting -> row.wasSent = waiting.wasSent();
            case Failed failed -> row.failureReason = failed.reason();
            case DoneLate late -> row.failureReason = late.reason();
            case Dispatched _, Succeeded _ -> row.failureReason = null;
        }
    }

    static SnapshotTask read(SnapshotTaskEntity row) {
        return new SnapshotTask(
                new TaskId(row.id),
                new SnapshotId(row.snapshot),
                row.action,
                row.force,
                row.client == null || row.correlation == null
                        ? null
                        : new Asker(new ClientId(row.client), row.correlation),
                row.host == null ? null : new HostId(row.host),
                state(row),
                row.detail,
                new Times(row.createdAt, row.deadlineAt, row.endedAt));
    }

    private static SnapshotTaskState state(SnapshotTaskEntity row) {
        Attempt attempt = new Attempt(row.attemptIncarnation, row.attemptSequence);
        return switch (row.state) {
            case "Waiting" -> new Waiting(attempt, row.wasSent);
            case "Dispatched" -> new Dispatched(attempt);
            case "Succeeded" -> new Succeeded(attempt);
            case "Failed" -> new Failed(attempt, reason(row));
            case "DoneLate" -> new DoneLate(attempt, reason(row));
            default ->
                throw new IllegalStateException(
                        "snapshot task " + row.id + ": expected a known state, found " + row.state);
        };
    }

    private static FailureReason reason(SnapshotTaskEntity row) {
        return Objects.requireNonNull(row.failureReason);
    }

    private static String text(List<?> list) {
        try {
            return JSON.writeValueAsString(list);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("snapshot: expected a writable list, found " + list, e);
        }
    }

    private static <T> List<T> read(String text, TypeReference<List<T>> type) {
        try {
            return JSON.readValue(text, type);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("snapshot: expected JSON of a list, found " + text, e);
        }
    }
}
