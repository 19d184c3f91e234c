package io.tidemark.orchestrator.epoch;

import io.tidemark.orchestrator.host.Disk;
import io.tidemark.orchestrator.host.Host;
import io.tidemark.orchestrator.host.Hosts;
import io.tidemark.orchestrator.host.Vm;
import io.tidemark.schemas.id.DiskId;
import io.tidemark.schemas.id.DomainUuid;
import io.tidemark.schemas.id.HostId;
import io.tidemark.schemas.id.SessionId;
import io.tidemark.schemas.id.VmId;
import io.tidemark.schemas.vocabulary.ImageFormat;
import io.tidemark.schemas.vocabulary.VmState;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// One VM with the disk `vda`, on a host that a test moves it away from or makes silent. For one thread.
public final class OneVm implements Hosts {
    public static final VmId VM = new VmId(new UUID(1, 1));
    public static final DomainUuid DOMAIN = new DomainUuid(new UUID(1, 2));
    public static final DiskId DISK = new DiskId(new UUID(1, 3));
    public static final HostId HOST = new HostId(new UUID(2, 1));
    public static final HostId OTHER_HOST = new HostId(new UUID(2, 2));
    public static final SessionId SESSION = new SessionId(new UUID(2, 3));
    public static final long DISK_BYTES = 1 << 20;

    private Vm vm = vm(HOST, true);
    private boolean hasDisk = true;
    private boolean isSilent;
    private @Nullable String serial;

    private static Vm vm(@Nullable HostId host, boolean present) {
        return new Vm(VM, DOMAIN, "web", host, VmState.RUNNING, present, 1);
    }

    public void moveTo(@Nullable HostId host) {
        vm = vm(host, true);
    }

    public void vanish() {
        vm = vm(vm.host(), false);
    }

    public void fallSilent() {
        isSilent = true;
    }

    public void giveSerial(String wanted) {
        serial = wanted;
    }

    public void loseDisk() {
        hasDisk = false;
    }

    @Override
    public HostId enrol(String name, @Nullable HostId wanted) {
        throw new UnsupportedOperationException("no host is enrolled here");
    }

    @Override
    public List<Host> all() {
        return List.of(host(HOST), host(OTHER_HOST));
    }

    private Host host(HostId id) {
        Instant leaseUntil = isSilent ? Instant.MIN : Instant.MAX;
        return new Host(id, "hyper", Instant.EPOCH, SESSION, leaseUntil, null, true, null, 1);
    }

    @Override
    public Optional<Host> byId(HostId host) {
        return Optional.of(host(host));
    }

    @Override
    public List<Vm> vms() {
        return List.of(vm);
    }

    @Override
    public Optional<Vm> vm(VmId id) {
        return Optional.of(vm).filter(known -> known.id().equals(id));
    }

    @Override
    public Optional<Vm> vmByDomain(DomainUuid domain) {
        return Optional.of(vm).filter(known -> known.domain().equals(domain));
    }

    @Override
    public boolean lock(VmId id) {
        return vm(id).isPresent();
    }

    @Override
    public List<Vm> vmsByName(String name) {
        return Optional.of(vm).filter(known -> known.name().equals(name)).stream()
                .toList();
    }

    @Override
    public List<Disk> disks(VmId id) {
        return List.of(new Disk(DISK, VM, "vda", serial, ImageFormat.QCOW2, DISK_BYTES, "1:2", true, null, hasDisk, 1));
    }
}
