package io.tidemark.orchestrator.request.db;

import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import io.tidemark.orchestrator.request.Asked;
import io.tidemark.orchestrator.request.Requests;
import io.tidemark.schemas.id.ClientId;
import io.tidemark.schemas.id.RepositoryId;
import io.tidemark.schemas.id.RestorePointId;
import io.tidemark.schemas.id.TaskId;
import io.tidemark.schemas.id.VmId;
import io.tidemark.schemas.vocabulary.FailureReason;
import io.tidemark.schemas.vocabulary.Gate;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Clients and requests as rows.
@ApplicationScoped
final class RequestTable implements Requests {
    private final Clients clients;
    private final Rows rows;

    RequestTable(Clients clients, Rows rows) {
        this.clients = clients;
        this.rows = rows;
    }

    @Override
    public void enrol(ClientId client, Instant now) {
        if (clients.findById(client.value()) == null) {
            ClientEntity row = new ClientEntity();
            row.id = client.value();
            row.enrolledAt = now;
            clients.persist(row);
        }
    }

    @Override
    public List<ClientId> clients() {
        return clients.list("order by id").stream()
                .map(row -> new ClientId(row.id))
                .toList();
    }

    @Override
    public Optional<Asked> byKey(Asked.Key key) {
        return rows.findByIdOptional(recordKey(key)).map(RequestTable::read);
    }

    @Override
    public List<Asked> waitingFor(TaskId task) {
        return rows.list("taskId = ?1 and answeredAt is null", task.value()).stream()
                .map(RequestTable::read)
                .toList();
    }

    @Override
    public void store(Asked asked) {
        RequestEntity known = rows.findById(recordKey(asked.key()));
        RequestEntity row = known == null ? new RequestEntity() : known;
        row.recordKey = recordKey(asked.key());
        row.clientId = asked.key().client().value();
        row.correlation = asked.key().correlation();
        row.gate = asked.gate().name();
        row.askedAt = asked.askedAt();
        Asked.Work work = asked.work();
        row.repositoryId = work == null ? null : work.repository().value();
        row.vmId = work == null ? null : work.vm().value();
        row.taskId = work == null ? null : work.task().value();
        writeAnswer(asked.answer(), row);
        if (known == null) {
            rows.persist(row);
        }
    }

    private static void writeAnswer(Asked.@Nullable Answer answer, RequestEntity row) {
        if (answer != null) {
            row.answeredAt = answer.at();
            row.pointId = answer.point() == null ? null : answer.point().value();
            row.failureReason = answer.reason() == null ? null : answer.reason().name();
            row.detail = answer.detail();
        }
    }

    private static Asked read(RequestEntity row) {
        return new Asked(
                new Asked.Key(new ClientId(row.clientId), row.correlation),
                Gate.valueOf(row.gate),
                work(row),
                row.askedAt,
                row.answeredAt == null
                        ? null
                        : new Asked.Answer(
                                row.answeredAt,
                                row.pointId == null ? null : new RestorePointId(row.pointId),
                                row.failureReason == null ? null : FailureReason.valueOf(row.failureReason),
                                row.detail));
    }

    private static Asked.@Nullable Work work(RequestEntity row) {
        return row.taskId == null || row.vmId == null || row.repositoryId == null
                ? null
                : new Asked.Work(new TaskId(row.taskId), new VmId(row.vmId), new RepositoryId(row.repositoryId));
    }

    private static String recordKey(Asked.Key key) {
        return key.client() + "/" + key.correlation();
    }

    @ApplicationScoped
    static final class Rows implements PanacheRepositoryBase<RequestEntity, String> {}

    @ApplicationScoped
    static final class Clients implements PanacheRepositoryBase<ClientEntity, String> {}
}
