package io.tidemark.orchestrator.restore.db;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tidemark.orchestrator.restore.Restore;
import io.tidemark.orchestrator.restore.RestoreOrder;
import io.tidemark.orchestrator.restore.RestoreState;
import io.tidemark.orchestrator.restore.RestoreState.Cancelling;
import io.tidemark.orchestrator.restore.RestoreState.Dispatched;
import io.tidemark.orchestrator.restore.RestoreState.Failed;
import io.tidemark.orchestrator.restore.RestoreState.Succeeded;
import io.tidemark.orchestrator.restore.RestoreState.Waiting;
import io.tidemark.orchestrator.restore.RestoreState.Writing;
import io.tidemark.schemas.command.AgentCommand.NewDomain;
import io.tidemark.schemas.command.AgentCommand.RestoreTarget;
import io.tidemark.schemas.id.Attempt;
import io.tidemark.schemas.id.DomainUuid;
import io.tidemark.schemas.id.HostId;
import io.tidemark.schemas.id.RepositoryId;
import io.tidemark.schemas.id.RestorePointId;
import io.tidemark.schemas.id.TaskId;
import io.tidemark.schemas.id.VmId;
import io.tidemark.schemas.vocabulary.FailureReason;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads and writes the row of a restore.
final class RestoreRows {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final TypeReference<List<RestoreTarget>> TARGETS = new TypeReference<>() {};

    private RestoreRows() {}

    static void write(Restore restore, RestoreEntity row) {
        RestoreOrder order = restore.order();
        row.id = restore.id().value();
        row.vmId = order.vm().value();
        row.pointId = order.point().value();
        row.repositoryId = order.repository().value();
        row.hostId = order.host().value();
        row.disks = text(order.disks());
        row.newDomainName = order.newDomain() == null ? null : order.newDomain().name();
        row.newDomainUuid =
                order.newDomain() == null ? null : order.newDomain().uuid().value();
        row.bytesTotal = restore.bytesTotal();
        row.detail = restore.detail();
        row.createdAt = restore.createdAt();
        row.deadlineAt = restore.deadlineAt();
        row.endedAt = restore.endedAt();
        writeState(restore.state(), row);
    }

    private static void writeState(RestoreState state, RestoreEntity row) {
        row.state = state.getClass().getSimpleName();
        row.attemptIncarnation = state.attempt().incarnation();
        row.attemptSequence = state.attempt().sequence();
        switch (state) {
            case Writing writing -> row.bytesWritten = writing.bytesWritten();
            case Succeeded succeeded -> row.bytesWritten = succeeded.bytesWritten();
            case Failed failed -> row.failureReason = failed.reason().name();
            case Waiting _, Dispatched _, Cancelling _ -> row.failureReason = null;
        }
    }

    static Restore read(RestoreEntity row) {
        return new Restore(
                new TaskId(row.id),
                new RestoreOrder(
                        new RestorePointId(row.pointId),
                        new VmId(row.vmId),
                        new RepositoryId(row.repositoryId),
                        new HostId(row.hostId),
                        targets(row.disks),
                        newDomain(row)),
                state(row),
                row.bytesTotal,
                row.detail,
                row.createdAt,
                row.deadlineAt,
                row.endedAt);
    }

    private static RestoreState state(RestoreEntity row) {
        Attempt attempt = new Attempt(row.attemptIncarnation, row.attemptSequence);
        return switch (row.state) {
            case "Waiting" -> new Waiting(attempt);
            case "Dispatched" -> new Dispatched(attempt);
            case "Writing" -> new Writing(attempt, row.bytesWritten);
            case "Cancelling" -> new Cancelling(attempt);
            case "Succeeded" -> new Succeeded(attempt, row.bytesWritten);
            case "Failed" -> new Failed(attempt, FailureReason.valueOf(String.valueOf(row.failureReason)));
            default ->
                throw new IllegalStateException("restore " + row.id + ": expected a known state, found " + row.state);
        };
    }

    private static @Nullable NewDomain newDomain(RestoreEntity row) {
        return row.newDomainName == null || row.newDomainUuid == null
                ? null
                : new NewDomain(row.newDomainName, new DomainUuid(row.newDomainUuid));
    }

    private static String text(List<RestoreTarget> targets) {
        try {
            return JSON.writeValueAsString(targets);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("targets: expected writable ones, found " + targets, e);
        }
    }

    private static List<RestoreTarget> targets(String text) {
        try {
            return JSON.readValue(text, TARGETS);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("restore_task.disks: expected JSON, found " + text, e);
        }
    }
}
