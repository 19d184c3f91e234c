package io.tidemark.orchestrator.policy;

import io.tidemark.orchestrator.host.Disk;
import io.tidemark.orchestrator.host.Host;
import io.tidemark.orchestrator.host.Hosts;
import io.tidemark.orchestrator.host.Vm;
import io.tidemark.schemas.id.DomainUuid;
import io.tidemark.schemas.id.HostId;
import io.tidemark.schemas.id.VmId;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// VMs that are known, without a host or a disk.
record KnownVms(List<Vm> vms) implements Hosts {
    @Override
    public HostId enrol(String name, @Nullable HostId wanted) {
        throw new UnsupportedOperationException("no host is enrolled here");
    }

    @Override
    public List<Host> all() {
        return List.of();
    }

    @Override
    public Optional<Host> byId(HostId host) {
        return Optional.empty();
    }

    @Override
    public Optional<Vm> vm(VmId vm) {
        return vms.stream().filter(known -> known.id().equals(vm)).findFirst();
    }

    @Override
    public Optional<Vm> vmByDomain(DomainUuid domain) {
        return vms.stream().filter(known -> known.domain().equals(domain)).findFirst();
    }

    @Override
    public boolean lock(VmId vm) {
        return vm(vm).isPresent();
    }

    @Override
    public List<Vm> vmsByName(String name) {
        return vms.stream().filter(known -> known.name().equals(name)).toList();
    }

    @Override
    public List<Disk> disks(VmId vm) {
        return List.of();
    }
}
