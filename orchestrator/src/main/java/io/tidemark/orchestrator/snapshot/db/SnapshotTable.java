package io.tidemark.orchestrator.snapshot.db;

import io.tidemark.orchestrator.query.Asker;
import io.tidemark.orchestrator.snapshot.Snapshot;
import io.tidemark.orchestrator.snapshot.SnapshotState;
import io.tidemark.orchestrator.snapshot.SnapshotTask;
import io.tidemark.orchestrator.snapshot.Snapshots;
import io.tidemark.schemas.id.Attempt;
import io.tidemark.schemas.id.HostId;
import io.tidemark.schemas.id.PolicyId;
import io.tidemark.schemas.id.SnapshotId;
import io.tidemark.schemas.id.TaskId;
import io.tidemark.schemas.id.VmId;
import io.tidemark.schemas.request.ClientReply.RequestFailed;
import io.tidemark.schemas.vocabulary.FailureReason;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.LockModeType;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.hibernate.Session;
import org.hibernate.query.SelectionQuery;
import org.jspecify.annotations.Nullable;

/// Snapshots and their tasks as rows.
@ApplicationScoped
final class SnapshotTable implements Snapshots {
    private static final String NAMED = """
            select t.id, t.snapshot, s.vm from SnapshotTaskEntity t join SnapshotEntity s on s.id = t.snapshot
            where
            """;
    private static final List<SnapshotState> ENDED = Arrays.stream(SnapshotState.values())
            .filter(state -> !state.isKept())
            .toList();

    private final Session session;

    SnapshotTable(Session session) {
        this.session = session;
    }

    @Override
    public void add(Snapshot snapshot) {
        SnapshotEntity row = new SnapshotEntity();
        SnapshotRows.write(snapshot, row);
        session.persist(row);
        session.flush();
    }

    @Override
    public void add(SnapshotTask task) {
        SnapshotTaskEntity row = new SnapshotTaskEntity();
        SnapshotRows.write(task, row);
        session.persist(row);
        session.flush();
    }

    @Override
    public void update(Snapshot snapshot) {
        SnapshotRows.write(
                snapshot,
                there(session.find(SnapshotEntity.class, snapshot.id().value()), "snapshot " + snapshot.id()));
    }

    @Override
    public void update(SnapshotTask task) {
        SnapshotRows.write(
                task, there(session.find(SnapshotTaskEntity.class, task.id().value()), "snapshot task " + task.id()));
    }

    private static <T> T there(@Nullable T row, String what) {
        if (row == null) {
            throw new IllegalStateException(what + ": expected a row, found none");
        }
        return row;
    }

    @Override
    public Optional<Snapshot> byId(SnapshotId id) {
        return Optional.ofNullable(session.find(SnapshotEntity.class, id.value()))
                .map(SnapshotRows::read);
    }

    @Override
    public Optional<Place> place(SnapshotId id) {
        return session.createSelectionQuery("select id, vm from SnapshotEntity where id = :id", Object[].class)
                .setParameter("id", id.value())
                .uniqueResultOptional()
                .map(row -> new Place(vm(row[1])));
    }

    @Override
    public Optional<Snapshot> lock(SnapshotId id) {
        return Optional.ofNullable(session.find(SnapshotEntity.class, id.value(), LockModeType.PESSIMISTIC_WRITE))
                .map(SnapshotRows::read);
    }

    @Override
    public List<Snapshot> of(VmId vm) {
        return read(query("where vm = :vm order by createdAt desc, id").setParameter("vm", vm.value()));
    }

    @Override
    public List<Snapshot> withoutVmOn(HostId host) {
        return read(query("where vm is null and host = :host order by createdAt desc, id")
                .setParameter("host", host.value()));
    }

    @Override
    public List<Snapshot> of(PolicyId policy) {
        return read(query("where policy = :policy and state not in :ended order by createdAt desc, id")
                .setParameter("policy", policy.value())
                .setParameter("ended", ENDED));
    }

    @Override
    public List<Snapshot> recent(int limit, boolean ended) {
        SelectionQuery<SnapshotEntity> query = ended
                ? query("order by createdAt desc, id")
                : query("where state not in :ended order by createdAt desc, id").setParameter("ended", ENDED);
        return read(query.setMaxResults(limit));
    }

    private SelectionQuery<SnapshotEntity> query(String rest) {
        return session.createSelectionQuery("from SnapshotEntity " + rest, SnapshotEntity.class);
    }

    private static List<Snapshot> read(SelectionQuery<SnapshotEntity> query) {
        return query.getResultList().stream().map(SnapshotRows::read).toList();
    }

    @Override
    public Optional<SnapshotTask> task(TaskId task) {
        return Optional.ofNullable(session.find(SnapshotTaskEntity.class, task.value()))
                .map(SnapshotRows::read);
    }

    @Override
    public List<SnapshotTask> tasks(SnapshotId snapshot) {
        return session
                .createSelectionQuery(
                        "from SnapshotTaskEntity where snapshot = :snapshot order by createdAt, id",
                        SnapshotTaskEntity.class)
                .setParameter("snapshot", snapshot.value())
                .getResultList()
                .stream()
                .map(SnapshotRows::read)
                .toList();
    }

    @Override
    public List<Named> open() {
        return named(namedQuery("t.endedAt is null order by t.createdAt"));
    }

    @Override
    public List<Named> openOn(HostId host) {
        return named(namedQuery("t.endedAt is null and t.host = :host order by t.createdAt")
                .setParameter("host", host.value()));
    }

    @Override
    public Optional<Named> named(TaskId task) {
        return named(namedQuery("t.id = :id").setParameter("id", task.value())).stream()
                .findFirst();
    }

    @Override
    public Optional<Named> byAttempt(Attempt attempt) {
        return named(namedQuery("t.attemptIncarnation = :incarnation and t.attemptSequence = :sequence")
                        .setParameter("incarnation", attempt.incarnation())
                        .setParameter("sequence", attempt.sequence()))
                .stream()
                .findFirst();
    }

    private SelectionQuery<Object[]> namedQuery(String condition) {
        return session.createSelectionQuery(NAMED + condition, Object[].class);
    }

    private static List<Named> named(SelectionQuery<Object[]> query) {
        return query.getResultList().stream()
                .map(row -> new Named(new TaskId((UUID) row[0]), new SnapshotId((UUID) row[1]), vm(row[2])))
                .toList();
    }

    private static @Nullable VmId vm(@Nullable Object column) {
        return column == null ? null : new VmId((UUID) column);
    }

    @Override
    public Optional<SnapshotTask> byAsker(Asker asker) {
        return session.createSelectionQuery(
                        "from SnapshotTaskEntity where client = :client and correlation = :correlation",
                        SnapshotTaskEntity.class)
                .setParameter("client", asker.client().value())
                .setParameter("correlation", asker.correlation())
                .uniqueResultOptional()
                .map(SnapshotRows::read);
    }

    @Override
    public void refuse(Asker asker, RequestFailed refusal, Instant at) {
        session.createNativeMutationQuery("""
                        insert into snapshot_refusal (client_id, correlation, refused_at, reason, detail)
                        values (:client, :correlation, :at, :reason, :detail)""")
                .setParameter("client", asker.client().value())
                .setParameter("correlation", asker.correlation())
                .setParameter("at", at)
                .setParameter("reason", refusal.reason().name())
                .setParameter("detail", refusal.detail())
                .executeUpdate();
    }

    @Override
    public Optional<RequestFailed> refusal(Asker asker) {
        return session.createNativeQuery("""
                        select reason, detail from snapshot_refusal
                        where client_id = :client and correlation = :correlation""", Object[].class)
                .setParameter("client", asker.client().value())
                .setParameter("correlation", asker.correlation())
                .uniqueResultOptional()
                .map(row -> new RequestFailed(FailureReason.valueOf((String) row[0]), (String) row[1]));
    }
}
