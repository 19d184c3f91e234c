package io.tidemark.orchestrator.host.db;

import io.tidemark.orchestrator.host.Disk;
import io.tidemark.orchestrator.host.Host;
import io.tidemark.orchestrator.host.HostStore;
import io.tidemark.orchestrator.host.Vm;
import io.tidemark.schemas.id.DiskId;
import io.tidemark.schemas.id.DomainUuid;
import io.tidemark.schemas.id.HostId;
import io.tidemark.schemas.id.SessionId;
import io.tidemark.schemas.id.VmId;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;

@ApplicationScoped
final class HostTables implements HostStore {
    private final EntityManager entities;
    private final HostRepository hosts;
    private final VmRepository vms;
    private final DiskRepository disks;

    HostTables(EntityManager entities, HostRepository hosts, VmRepository vms, DiskRepository disks) {
        this.entities = entities;
        this.hosts = hosts;
        this.vms = vms;
        this.disks = disks;
    }

    @Override
    public List<Host> hosts() {
        return hosts.list("order by name, id").stream().map(HostEntity::toHost).toList();
    }

    @Override
    public Optional<Host> host(HostId host) {
        return hosts.findByIdOptional(host.value()).map(HostEntity::toHost);
    }

    @Override
    public Optional<Host> lockHost(HostId host) {
        return locked(HostEntity.class, host.value()).map(HostEntity::toHost);
    }

    @Override
    public void save(Host host) {
        HostEntity entity = kept(HostEntity.class, host.id().value(), HostEntity::new);
        entity.id = host.id().value();
        entity.fill(host);
        entities.persist(entity);
    }

    @Override
    public boolean isNewSession(HostId host, SessionId session, Instant startedAt) {
        return entities.createNativeQuery("""
                        insert into host_session (session, host_id, started_at) values (:session, :host, :now)
                        on conflict do nothing""")
                        .setParameter("session", session.value())
                        .setParameter("host", host.value())
                        .setParameter("now", startedAt)
                        .executeUpdate()
                == 1;
    }

    @Override
    public List<Vm> vms() {
        return vms.list("order by name, id").stream().map(VmEntity::toVm).toList();
    }

    @Override
    public List<Vm> vmsOn(HostId host) {
        return vms.list("host", host.value()).stream().map(VmEntity::toVm).toList();
    }

    @Override
    public List<Vm> vmsByName(String name) {
        return vms.list("name", name).stream().map(VmEntity::toVm).toList();
    }

    @Override
    public Optional<Vm> vm(VmId vm) {
        return vms.findByIdOptional(vm.value()).map(VmEntity::toVm);
    }

    @Override
    public Optional<Vm> vmByDomain(DomainUuid domain) {
        return vms.find("domain", domain.value()).firstResultOptional().map(VmEntity::toVm);
    }

    @Override
    public Optional<Vm> lockVm(VmId vm) {
        return locked(VmEntity.class, vm.value()).map(VmEntity::toVm);
    }

    @Override
    public void save(Vm vm) {
        VmEntity entity = kept(VmEntity.class, vm.id().value(), VmEntity::new);
        entity.id = vm.id().value();
        entity.fill(vm);
        entities.persist(entity);
    }

    @Override
    public void delete(VmId vm) {
        disks.delete("vm", vm.value());
        vms.delete("id", vm.value());
    }

    @Override
    public Optional<Disk> disk(DiskId disk) {
        return disks.findByIdOptional(disk.value()).map(DiskEntity::toDisk);
    }

    @Override
    public List<Disk> disks(VmId vm) {
        return disks.list("vm = ?1 order by target, id", vm.value()).stream()
                .map(DiskEntity::toDisk)
                .toList();
    }

    @Override
    public void save(Disk disk) {
        DiskEntity entity = kept(DiskEntity.class, disk.id().value(), DiskEntity::new);
        entity.id = disk.id().value();
        entity.fill(disk);
        entities.persist(entity);
    }

    /// Reads the row anew under its lock: what this transaction saw before it waited counts no more.
    private <E> Optional<E> locked(Class<E> type, UUID id) {
        E entity = entities.find(type, id);
        if (entity == null) {
            return Optional.empty();
        }
        entities.flush();
        entities.refresh(entity, LockModeType.PESSIMISTIC_WRITE);
        return Optional.of(entity);
    }

    private <E> E kept(Class<E> type, UUID id, Supplier<E> fresh) {
        E known = entities.find(type, id);
        return known == null ? fresh.get() : known;
    }
}
