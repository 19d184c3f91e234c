package io.tidemark.system.epochs;

import io.tidemark.orchestrator.host.Disk;
import io.tidemark.orchestrator.host.Host;
import io.tidemark.orchestrator.host.Hosts;
import io.tidemark.orchestrator.host.Vm;
import io.tidemark.schemas.event.AgentEvent.DiskReport;
import io.tidemark.schemas.event.AgentEvent.VmReport;
import io.tidemark.schemas.id.DiskId;
import io.tidemark.schemas.id.DomainUuid;
import io.tidemark.schemas.id.HostId;
import io.tidemark.schemas.id.SessionId;
import io.tidemark.schemas.id.VmId;
import io.tidemark.schemas.vocabulary.VmState;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The catalog's rows of one VM and its disks, which are known by their serials.
final class OneVmOnOneHost implements Hosts {
    static final VmId VM = new VmId(new UUID(1, 1));
    static final HostId HOST = new HostId(new UUID(2, 1));

    private static final Vm ROW = new Vm(VM, TrueVm.DOMAIN, TrueVm.NAME, HOST, VmState.RUNNING, true, 1);
    private static final Host HOST_ROW =
            new Host(HOST, "hyper", Instant.EPOCH, new SessionId(new UUID(2, 2)), Instant.MAX, null, true, null, 1);

    private final Map<String, Disk> disks = new TreeMap<>();

    static DiskId disk(String serial) {
        return new DiskId(UUID.nameUUIDFromBytes(serial.getBytes(StandardCharsets.UTF_8)));
    }

    void take(VmReport report) {
        report.disks().forEach(disk -> disks.put(Objects.requireNonNull(disk.serial()), row(disk)));
    }

    private static Disk row(DiskReport disk) {
        String serial = Objects.requireNonNull(disk.serial());
        return new Disk(
                disk(serial),
                VM,
                disk.target(),
                serial,
                disk.format(),
                disk.virtualSizeBytes(),
                disk.imageIdentity(),
                disk.trackable(),
                disk.whyNot(),
                true,
                1);
    }

    @Override
    public List<Disk> disks(VmId vm) {
        return List.copyOf(disks.values());
    }

    @Override
    public HostId enrol(String name, @Nullable HostId wanted) {
        throw new UnsupportedOperationException("no host is enrolled here");
    }

    @Override
    public List<Host> all() {
        return List.of(HOST_ROW);
    }

    @Override
    public Optional<Host> byId(HostId host) {
        return Optional.of(HOST_ROW);
    }

    @Override
    public List<Vm> vms() {
        return List.of(ROW);
    }

    @Override
    public Optional<Vm> vm(VmId vm) {
        return Optional.of(ROW);
    }

    @Override
    public Optional<Vm> vmByDomain(DomainUuid domain) {
        return Optional.of(ROW);
    }

    @Override
    public boolean lock(VmId vm) {
        return true;
    }

    @Override
    public List<Vm> vmsByName(String name) {
        return List.of(ROW);
    }
}
