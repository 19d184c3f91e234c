package io.tidemark.orchestrator.restore.db;

import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import io.tidemark.orchestrator.catalog.PointsBeingRead;
import io.tidemark.orchestrator.restore.Restore;
import io.tidemark.orchestrator.restore.Restores;
import io.tidemark.schemas.id.Attempt;
import io.tidemark.schemas.id.HostId;
import io.tidemark.schemas.id.RestorePointId;
import io.tidemark.schemas.id.TaskId;
import io.tidemark.schemas.id.VmId;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.LockModeType;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/// Restores as rows.
@ApplicationScoped
final class RestoreTable implements Restores, PointsBeingRead {
    private final Rows rows;

    RestoreTable(Rows rows) {
        this.rows = rows;
    }

    @Override
    public void add(Restore restore) {
        RestoreEntity row = new RestoreEntity();
        RestoreRows.write(restore, row);
        rows.persistAndFlush(row);
    }

    @Override
    public void update(Restore restore) {
        RestoreEntity row = rows.findById(restore.id().value());
        if (row == null) {
            throw new IllegalStateException("restore " + restore.id() + ": expected a row, found none");
        }
        RestoreRows.write(restore, row);
    }

    @Override
    public Optional<Restore> byId(TaskId id) {
        return rows.findByIdOptional(id.value()).map(RestoreRows::read);
    }

    @Override
    public Optional<Restore> lock(TaskId id) {
        return rows.findByIdOptional(id.value(), LockModeType.PESSIMISTIC_WRITE).map(RestoreRows::read);
    }

    @Override
    public Optional<TaskId> byAttempt(Attempt attempt) {
        return rows.find("attemptIncarnation = ?1 and attemptSequence = ?2", attempt.incarnation(), attempt.sequence())
                .firstResultOptional()
                .map(row -> new TaskId(row.id));
    }

    @Override
    public List<Restore> open() {
        return read(rows.list("endedAt is null order by createdAt"));
    }

    @Override
    public Set<RestorePointId> ofVm(VmId vm) {
        return rows.list("endedAt is null and vmId = ?1", vm.value()).stream()
                .map(row -> new RestorePointId(row.pointId))
                .collect(Collectors.toSet());
    }

    @Override
    public List<Restore> openOn(HostId host) {
        return read(rows.list("endedAt is null and hostId = ?1 order by createdAt", host.value()));
    }

    @Override
    public List<Restore> recent(int limit) {
        return read(rows.find("order by createdAt desc").page(0, limit).list());
    }

    private static List<Restore> read(List<RestoreEntity> found) {
        return found.stream().map(RestoreRows::read).toList();
    }

    @ApplicationScoped
    static final class Rows implements PanacheRepositoryBase<RestoreEntity, UUID> {}
}
