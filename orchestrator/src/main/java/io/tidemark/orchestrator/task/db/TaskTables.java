package io.tidemark.orchestrator.task.db;

import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import io.tidemark.orchestrator.catalog.PointsInFlight;
import io.tidemark.orchestrator.task.SentAttempt;
import io.tidemark.orchestrator.task.Task;
import io.tidemark.orchestrator.task.TaskRecord;
import io.tidemark.orchestrator.task.TaskStore;
import io.tidemark.schemas.id.Attempt;
import io.tidemark.schemas.id.HostId;
import io.tidemark.schemas.id.RestorePointId;
import io.tidemark.schemas.id.RunId;
import io.tidemark.schemas.id.TaskId;
import io.tidemark.schemas.id.VmId;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

@ApplicationScoped
class TaskTables implements TaskStore, PointsInFlight, PanacheRepositoryBase<TaskEntity, UUID> {
    private static final Set<StateName> IN_FLIGHT =
            Set.of(StateName.DISPATCHED, StateName.COPYING, StateName.CANCELLING);

    @Override
    public Optional<VmId> vmOf(TaskId task) {
        return getEntityManager()
                .createQuery("select vm from TaskEntity where id = :id", UUID.class)
                .setParameter("id", task.value())
                .getResultStream()
                .findFirst()
                .map(VmId::new);
    }

    @Override
    public Optional<TaskRecord> find(TaskId task) {
        return findByIdOptional(task.value()).map(TaskEntity::toRecord);
    }

    @Override
    public void save(TaskRecord stored) {
        UUID id = stored.task().id().value();
        TaskEntity entity = findByIdOptional(id).orElseGet(TaskEntity::new);
        entity.id = id;
        entity.fill(stored);
        persist(entity);
    }

    @Override
    public List<Task> ofRun(RunId run) {
        return tasks(list("run = ?1 order by createdAt, id", run.value()));
    }

    @Override
    public List<Task> recent(int limit) {
        return tasks(find("order by createdAt desc, id").page(0, limit).list());
    }

    @Override
    public List<TaskRecord> waiting() {
        return list("state = ?1 order by createdAt, id", StateName.QUEUED).stream()
                .map(TaskEntity::toRecord)
                .toList();
    }

    @Override
    public List<Task> inFlight() {
        return tasks(list("state in ?1 order by createdAt, id", IN_FLIGHT));
    }

    @Override
    public List<Task> inFlightOn(HostId host) {
        return tasks(list("host = ?1 and state in ?2 order by createdAt, id", host.value(), IN_FLIGHT));
    }

    @Override
    public boolean isBusy(VmId vm) {
        return count("vm = ?1 and state in ?2", vm.value(), IN_FLIGHT) > 0;
    }

    @Override
    public List<Task> overdue(Instant now) {
        return tasks(list("endedAt is null and deadlineAt <= ?1 order by deadlineAt", now));
    }

    @Override
    public void add(SentAttempt attempt) {
        AttemptEntity entity = new AttemptEntity();
        entity.fill(attempt);
        getEntityManager().persist(entity);
    }

    @Override
    public Optional<SentAttempt> attempt(Attempt attempt) {
        return getEntityManager()
                .createQuery(
                        "from AttemptEntity where incarnation = :incarnation and sequence = :sequence",
                        AttemptEntity.class)
                .setParameter("incarnation", attempt.incarnation())
                .setParameter("sequence", attempt.sequence())
                .getResultStream()
                .findFirst()
                .map(AttemptEntity::toAttempt);
    }

    @Override
    public Set<RestorePointId> of(VmId vm) {
        Set<RestorePointId> named = new HashSet<>();
        for (Object[] row : getEntityManager()
                .createQuery(
                        "select a.point, a.parent from AttemptEntity a join TaskEntity t on t.point = a.point"
                                + " where t.vm = :vm and t.state in :states",
                        Object[].class)
                .setParameter("vm", vm.value())
                .setParameter("states", IN_FLIGHT)
                .getResultList()) {
            named.add(new RestorePointId((UUID) row[0]));
            if (row[1] != null) {
                named.add(new RestorePointId((UUID) row[1]));
            }
        }
        return named;
    }

    @Override
    public Map<RestorePointId, Attempt> attempted(VmId vm, Collection<RestorePointId> points) {
        if (points.isEmpty()) {
            return Map.of();
        }
        return getEntityManager()
                .createQuery(
                        "select a from AttemptEntity a join TaskEntity t on t.id = a.task"
                                + " where t.vm = :vm and a.point in :points",
                        AttemptEntity.class)
                .setParameter("vm", vm.value())
                .setParameter(
                        "points", points.stream().map(RestorePointId::value).toList())
                .getResultStream()
                .map(AttemptEntity::toAttempt)
                .collect(Collectors.toMap(SentAttempt::point, SentAttempt::attempt));
    }

    private static List<Task> tasks(List<TaskEntity> found) {
        return found.stream().map(TaskEntity::toTask).toList();
    }
}
