package io.tidemark.orchestrator.epoch.db;

import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import io.tidemark.orchestrator.epoch.Epoch;
import io.tidemark.orchestrator.epoch.EpochStore;
import io.tidemark.schemas.id.DiskId;
import io.tidemark.schemas.id.TrackerId;
import io.tidemark.schemas.id.VmId;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;

@ApplicationScoped
class EpochTable implements EpochStore, PanacheRepositoryBase<EpochEntity, String> {
    @Override
    public List<Epoch> all() {
        return list("order by key").stream().map(EpochEntity::toEpoch).toList();
    }

    @Override
    public List<Epoch> of(VmId vm) {
        return list("vm = ?1 order by key", vm.value()).stream()
                .map(EpochEntity::toEpoch)
                .toList();
    }

    @Override
    public List<Numbered> live(VmId vm) {
        return list("vm = ?1 and point is not null order by key", vm.value()).stream()
                .map(EpochEntity::toNumbered)
                .toList();
    }

    @Override
    public Optional<Numbered> find(DiskId disk, TrackerId tracker) {
        return row(disk, tracker).map(EpochEntity::toNumbered);
    }

    @Override
    public void save(Numbered numbered) {
        Epoch epoch = numbered.epoch();
        EpochEntity entity = row(epoch.disk(), epoch.tracker()).orElseGet(EpochEntity::new);
        entity.key = epoch.vm() + "/" + epoch.disk() + "/" + epoch.tracker();
        entity.fill(numbered);
        persist(entity);
    }

    private Optional<EpochEntity> row(DiskId disk, TrackerId tracker) {
        return find("disk = ?1 and tracker = ?2", disk.value(), tracker.value()).firstResultOptional();
    }
}
