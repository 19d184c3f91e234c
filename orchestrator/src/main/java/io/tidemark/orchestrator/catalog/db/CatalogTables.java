package io.tidemark.orchestrator.catalog.db;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;

import io.tidemark.orchestrator.catalog.CatalogStore;
import io.tidemark.orchestrator.catalog.PointHold;
import io.tidemark.orchestrator.catalog.RestorePoint;
import io.tidemark.orchestrator.catalog.RestorePoint.Copy;
import io.tidemark.orchestrator.catalog.RestorePoint.CopyState;
import io.tidemark.orchestrator.catalog.RestorePoint.DiskPart;
import io.tidemark.schemas.id.HoldId;
import io.tidemark.schemas.id.RestorePointId;
import io.tidemark.schemas.id.VmId;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

@ApplicationScoped
final class CatalogTables implements CatalogStore {
    private static final String IN_ORDER = " order by takenAt, id";
    private static final String LISTED = "id in (select c.point from PointCopyEntity c where c.state <> ?1)";
    /// PostgreSQL takes 65 535 parameters in one statement.
    private static final int IDS_A_STATEMENT_MAX = 10_000;

    private final EntityManager entities;
    private final RestorePointRepository points;

    CatalogTables(EntityManager entities, RestorePointRepository points) {
        this.entities = entities;
        this.points = points;
    }

    @Override
    public List<RestorePoint> points() {
        return listed(points.list(LISTED + IN_ORDER, CopyState.REMOVED));
    }

    @Override
    public List<RestorePoint> points(VmId vm) {
        return listed(points.list(LISTED + " and vm = ?2" + IN_ORDER, CopyState.REMOVED, vm.value()));
    }

    @Override
    public Optional<RestorePoint> point(RestorePointId point) {
        // read again: another transaction may have changed a copy before the caller got its lock
        entities.createQuery("from PointCopyEntity where point = :point", PointCopyEntity.class)
                .setParameter("point", point.value())
                .getResultList()
                .forEach(entities::refresh);
        return points.findByIdOptional(point.value())
                .map(entity -> whole(List.of(entity)).getFirst());
    }

    @Override
    public List<RestorePoint> known(Collection<RestorePointId> wanted) {
        List<UUID> ids = wanted.stream().map(RestorePointId::value).toList();
        return listed(points.list("id in ?1", ids));
    }

    @Override
    public void add(RestorePointId point, Copy copy) {
        PointCopyEntity row = new PointCopyEntity();
        row.fill(point, copy);
        entities.persist(row);
    }

    @Override
    public void add(RestorePoint point, Instant cataloguedAt) {
        RestorePointEntity entity = new RestorePointEntity();
        entity.fill(point, cataloguedAt);
        entities.persist(entity);
        point.copies().forEach(copy -> add(point.id(), copy));
        for (DiskPart part : point.disks()) {
            PointDiskEntity row = new PointDiskEntity();
            row.fill(point.id(), part);
            entities.persist(row);
        }
    }

    @Override
    public void change(RestorePointId point, Copy copy) {
        PointCopyEntity row = entities.find(PointCopyEntity.class, PointCopyEntity.key(point, copy.repository()));
        if (row == null) {
            throw new IllegalStateException(
                    "restore point " + point + ": expected a copy in " + copy.repository() + ", found none");
        }
        row.fill(point, copy);
    }

    @Override
    public Map<RestorePointId, CheckpointState> checkpoints(VmId vm) {
        List<?> rows = entities.createNativeQuery("select point_id, state from checkpoint where vm_id = :vm")
                .setParameter("vm", vm.value())
                .getResultList();
        Map<RestorePointId, CheckpointState> checkpoints = new HashMap<>();
        for (Object row : rows) {
            Object[] columns = (Object[]) row;
            checkpoints.put(new RestorePointId((UUID) columns[0]), CheckpointState.valueOf((String) columns[1]));
        }
        return checkpoints;
    }

    @Override
    public void addCheckpoint(RestorePointId point, VmId vm, CheckpointState state) {
        entities.createNativeQuery("""
                        insert into checkpoint (point_id, vm_id, state) values (:point, :vm, :state)
                        on conflict do nothing""")
                .setParameter("point", point.value())
                .setParameter("vm", vm.value())
                .setParameter("state", state.name())
                .executeUpdate();
    }

    @Override
    public void change(Collection<RestorePointId> changed, CheckpointState state) {
        for (RestorePointId point : changed) {
            entities.createNativeQuery("update checkpoint set state = :state where point_id = :point")
                    .setParameter("state", state.name())
                    .setParameter("point", point.value())
                    .executeUpdate();
        }
    }

    @Override
    public List<PointHold> holds(VmId vm) {
        return entities.createQuery(
                        "from PointHoldEntity where point in (select p.id from RestorePointEntity p where p.vm = :vm)"
                                + " order by heldAt, id",
                        PointHoldEntity.class)
                .setParameter("vm", vm.value())
                .getResultStream()
                .map(PointHoldEntity::toHold)
                .toList();
    }

    @Override
    public void add(PointHold hold) {
        entities.createNativeQuery("""
                        insert into point_hold (id, point_id, repository_id, reason, held_at)
                        values (:id, :point, :repository, :reason, :heldAt) on conflict do nothing""")
                .setParameter("id", hold.id().value())
                .setParameter("point", hold.point().value())
                .setParameter("repository", hold.repository().value())
                .setParameter("reason", hold.reason())
                .setParameter("heldAt", hold.heldAt())
                .executeUpdate();
    }

    @Override
    public void remove(HoldId hold) {
        entities.createQuery("delete from PointHoldEntity where id = :id")
                .setParameter("id", hold.value())
                .executeUpdate();
    }

    private List<RestorePoint> listed(List<RestorePointEntity> found) {
        List<RestorePoint> listed = new ArrayList<>(found.size());
        for (int from = 0; from < found.size(); from += IDS_A_STATEMENT_MAX) {
            listed.addAll(whole(found.subList(from, Math.min(found.size(), from + IDS_A_STATEMENT_MAX))));
        }
        return listed;
    }

    private List<RestorePoint> whole(List<RestorePointEntity> found) {
        List<UUID> ids = found.stream().map(point -> point.id).toList();
        Map<UUID, List<Copy>> copies = entities.createQuery(
                        "from PointCopyEntity where point in :points order by repository", PointCopyEntity.class)
                .setParameter("points", ids)
                .getResultStream()
                .collect(groupingBy(row -> row.point, mapping(PointCopyEntity::toCopy, toList())));
        Map<UUID, List<DiskPart>> disks = entities.createQuery(
                        "from PointDiskEntity where point in :points order by target", PointDiskEntity.class)
                .setParameter("points", ids)
                .getResultStream()
                .collect(groupingBy(row -> row.point, mapping(PointDiskEntity::toPart, toList())));
        return found.stream()
                .map(point -> point.toPoint(
                        copies.getOrDefault(point.id, List.of()), disks.getOrDefault(point.id, List.of())))
                .toList();
    }
}
