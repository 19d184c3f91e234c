package io.tidemark.orchestrator.host;

import io.tidemark.orchestrator.inbox.MessageHandler;
import io.tidemark.orchestrator.inbox.Received;
import io.tidemark.orchestrator.outbox.Outbox;
import io.tidemark.schemas.envelope.Topics;
import io.tidemark.schemas.event.AgentEvent.DiskReport;
import io.tidemark.schemas.event.AgentEvent.InventoryReported;
import io.tidemark.schemas.event.AgentEvent.VmReport;
import io.tidemark.schemas.id.DiskId;
import io.tidemark.schemas.id.DomainUuid;
import io.tidemark.schemas.id.HostId;
import io.tidemark.schemas.id.VmId;
import io.tidemark.schemas.vocabulary.VmState;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Believes a host's newest report: mints ids for what is new, places VMs, and tells of what changed.
@ApplicationScoped
final class InventoryService implements MessageHandler {
    private static final Logger LOG = Logger.getLogger(InventoryService.class);

    private final HostStore store;
    private final InventoryRows rows;
    private final List<InventoryListener> listeners;
    private final HostSupplies supplies;
    private final FreshReports reports;
    /// Hosts that reported a VM running while another had it. One that was migrated is reported by both for a
    /// moment, and in either order. Only a hint of whom to ask again, so it need not outlive this process.
    private final Map<VmId, HostId> claims = new ConcurrentHashMap<>();

    InventoryService(
            HostStore store,
            Outbox outbox,
            List<InventoryListener> listeners,
            HostSupplies supplies,
            FreshReports reports) {
        this.store = store;
        this.rows = new InventoryRows(outbox);
        this.listeners = listeners;
        this.supplies = supplies;
        this.reports = reports;
    }

    @Override
    public Set<Class<?>> messages() {
        return Set.of(InventoryReported.class);
    }

    @Override
    public void handle(Received<?> received) {
        HostId host = Topics.hostOfEvents(received.place().topic()).orElseThrow();
        Host reporter = store.lockHost(host).orElseThrow();
        InventoryReported report = (InventoryReported) received.envelope().body();
        Set<DomainUuid> reported = new HashSet<>();
        for (VmReport vm : report.vms()) {
            reported.add(vm.domain());
            take(reporter.id(), vm);
        }
        store.vmsOn(host).stream()
                .filter(vm -> vm.present() && !reported.contains(vm.domain()))
                .forEach(this::vanished);
    }

    private void take(HostId host, VmReport report) {
        Optional<Vm> known = store.vmByDomain(report.domain()).flatMap(vm -> store.lockVm(vm.id()));
        if (known.isPresent() && !mayBePlaced(known.get(), host, report)) {
            return;
        }
        Vm vm = known.map(old -> updated(old, host, report)).orElseGet(() -> minted(host, report));
        if (report.state() == VmState.OFF) {
            askWhoClaims(vm);
        } else {
            claims.remove(vm.id());
        }
        takeDisks(vm.id(), report.disks());
        listeners.forEach(listener -> listener.reported(vm, report));
    }

    /// A VM moves to the host that reports it running; two that both do so are an alarm, and nothing moves, unless
    /// the first has not been heard for its whole lease.
    private boolean mayBePlaced(Vm vm, HostId host, VmReport report) {
        if (vm.host() == null || vm.host().equals(host) || !vm.present()) {
            return true;
        }
        boolean runsHere = report.state() != VmState.OFF;
        if (runsHere && vm.state() != VmState.OFF && isHeard(vm.host())) {
            claims.put(vm.id(), host);
            LOG.errorf(
                    "VM %s (%s): hosts %s and %s both report it running; it stays placed on the first until one stops",
                    vm.id(), vm.name(), vm.host(), host);
            return false;
        }
        return runsHere;
    }

    private boolean isHeard(HostId host) {
        return store.host(host)
                .filter(found -> found.isGranted(supplies.clock().instant()))
                .isPresent();
    }

    private Vm minted(HostId host, VmReport report) {
        VmId id = new VmId(supplies.ids().get());
        Vm vm = new Vm(id, report.domain(), report.name(), host, report.state(), true, 1);
        store.save(vm);
        rows.tell(vm);
        LOG.infof("VM %s (%s) was first seen on host %s", vm.id(), vm.name(), host);
        return vm;
    }

    private Vm updated(Vm old, HostId host, VmReport report) {
        Vm same = new Vm(old.id(), old.domain(), report.name(), host, report.state(), true, old.revision());
        return same.equals(old) ? old : changed(same);
    }

    private void vanished(Vm vm) {
        LOG.infof("VM %s (%s) is not on host %s any more", vm.id(), vm.name(), vm.host());
        store.lockVm(vm.id());
        changed(new Vm(vm.id(), vm.domain(), vm.name(), vm.host(), VmState.OFF, false, vm.revision()));
        askWhoClaims(vm);
    }

    /// What another host reports of the VM was not believed before, and it reports by itself only what differs.
    private void askWhoClaims(Vm vm) {
        HostId claimant = claims.get(vm.id());
        if (claimant != null && !claimant.equals(vm.host())) {
            reports.ask(claimant);
        }
    }

    private Vm changed(Vm vm) {
        Vm next = new Vm(vm.id(), vm.domain(), vm.name(), vm.host(), vm.state(), vm.present(), vm.revision() + 1);
        store.save(next);
        rows.tell(next);
        return next;
    }

    private void takeDisks(VmId vm, List<DiskReport> reports) {
        List<Disk> known = store.disks(vm);
        Set<DiskId> seen = new HashSet<>();
        for (DiskReport report : distinctBySerial(reports)) {
            Optional<Disk> old =
                    known.stream().filter(disk -> isSame(disk, report)).findFirst();
            DiskId id =
                    old.map(Disk::id).orElseGet(() -> new DiskId(supplies.ids().get()));
            seen.add(id);
            Disk now = disk(id, vm, report, old.map(Disk::revision).orElse(0L));
            if (old.isEmpty() || !now.equals(old.get())) {
                changed(now);
            }
        }
        known.stream()
                .filter(disk -> disk.present() && !seen.contains(disk.id()))
                .map(InventoryService::absent)
                .forEach(this::changed);
    }

    /// A serial that is blank, or that two disks of the VM have, names neither of them.
    private static List<DiskReport> distinctBySerial(List<DiskReport> reports) {
        return reports.stream()
                .map(report -> isOwn(report.serial(), reports) ? report : withoutSerial(report))
                .toList();
    }

    private static boolean isOwn(@Nullable String serial, List<DiskReport> reports) {
        if (serial == null) {
            return true;
        }
        long holders =
                reports.stream().filter(other -> serial.equals(other.serial())).count();
        return !serial.isBlank() && holders == 1;
    }

    private static DiskReport withoutSerial(DiskReport report) {
        return new DiskReport(
                report.target(),
                null,
                report.format(),
                report.virtualSizeBytes(),
                report.imageIdentity(),
                report.trackable(),
                report.whyNot(),
                report.bitmaps());
    }

    /// By serial, or by target where there is none: a rename without serial is a new disk.
    private static boolean isSame(Disk disk, DiskReport report) {
        return report.serial() == null
                ? disk.serial() == null && disk.target().equals(report.target())
                : Objects.equals(disk.serial(), report.serial());
    }

    private static Disk disk(DiskId id, VmId vm, DiskReport report, long revision) {
        return new Disk(
                id,
                vm,
                report.target(),
                report.serial(),
                report.format(),
                report.virtualSizeBytes(),
                report.imageIdentity(),
                report.trackable(),
                report.whyNot(),
                true,
                revision);
    }

    private static Disk absent(Disk disk) {
        return new Disk(
                disk.id(),
                disk.vm(),
                disk.target(),
                disk.serial(),
                disk.format(),
                disk.virtualSizeBytes(),
                disk.imageIdentity(),
                disk.trackable(),
                disk.whyNot(),
                false,
                disk.revision());
    }

    private void changed(Disk disk) {
        Disk next = new Disk(
                disk.id(),
                disk.vm(),
                disk.target(),
                disk.serial(),
                disk.format(),
                disk.virtualSizeBytes(),
                disk.imageIdentity(),
                disk.trackable(),
                disk.whyNot(),
                disk.present(),
                disk.revision() + 1);
        store.save(next);
        rows.tell(next);
    }
}
