package io.tidemark.orchestrator.run.db;

import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import io.tidemark.orchestrator.run.RunStore;
import io.tidemark.schemas.id.PolicyId;
import io.tidemark.schemas.id.RunId;
import io.tidemark.schemas.id.VmId;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.LockModeType;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

@ApplicationScoped
class RunTable implements RunStore, PanacheRepositoryBase<RunEntity, UUID> {
    private static final String BUSY = """
            select t.vm from TaskEntity t
            where t.endedAt is null
            and t.run in (select r.id from RunEntity r where r.policy = :policy and r.endedAt is null)""";

    @Override
    public void add(Opened run) {
        RunEntity entity = new RunEntity();
        entity.fill(run);
        persist(entity);
    }

    @Override
    public Optional<Opened> find(RunId run) {
        return findByIdOptional(run.value()).map(RunEntity::toOpened);
    }

    @Override
    public Optional<Opened> lock(RunId run) {
        Optional<RunEntity> found = findByIdOptional(run.value());
        found.ifPresent(entity -> {
            flush();
            getEntityManager().refresh(entity, LockModeType.PESSIMISTIC_WRITE);
        });
        return found.map(RunEntity::toOpened);
    }

    @Override
    public void end(RunId run, Instant endedAt) {
        findByIdOptional(run.value()).orElseThrow().endedAt = endedAt;
    }

    @Override
    public List<Opened> recent(int limit) {
        return find("order by openedAt desc, id").page(0, limit).list().stream()
                .map(RunEntity::toOpened)
                .toList();
    }

    @Override
    public Set<VmId> busy(PolicyId policy) {
        return getEntityManager()
                .createQuery(BUSY, UUID.class)
                .setParameter("policy", policy.value())
                .getResultStream()
                .map(VmId::new)
                .collect(Collectors.toSet());
    }
}
