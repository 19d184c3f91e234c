package io.tidemark.orchestrator.rebuild;

import io.tidemark.orchestrator.host.Disk;
import io.tidemark.orchestrator.host.Hosts;
import io.tidemark.orchestrator.host.ImportedVms;
import io.tidemark.orchestrator.host.Vm;
import io.tidemark.orchestrator.rebuild.ExportedPoint.ExportedDisk;
import io.tidemark.orchestrator.refusal.Refusal;
import io.tidemark.schemas.id.DiskId;
import io.tidemark.schemas.id.DomainUuid;
import io.tidemark.schemas.vocabulary.ImageFormat;
import io.tidemark.schemas.vocabulary.Reason;
import io.tidemark.schemas.vocabulary.VmState;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Makes an exported VM and its disks known. Joins the caller's transaction.
///
/// A domain is one VM of the catalog, and a new catalog has given an id of its own to each that a host has
/// reported. As long as nothing names that one, it gives way to the exported VM, whose points are under the id in
/// the repository. Else, or where the export has the domain twice, the exported VM is known without one: its own id
/// stands in its place, which no host reports.
@ApplicationScoped
final class VmPlacing {
    private final Hosts hosts;
    private final ImportedVms imported;
    private final RebuildStore store;

    VmPlacing(Hosts hosts, ImportedVms imported, RebuildStore store) {
        this.hosts = hosts;
        this.imported = imported;
        this.store = store;
    }

    /// Refuses a VM or a disk that the catalog has something else to say of.
    void requireAgreement(ExportedVm vm) {
        DomainUuid known = hosts.vm(vm.id()).map(Vm::domain).orElse(null);
        DomainUuid named = vm.domain();
        if (known != null && named != null && !known.equals(named) && !known.equals(ownId(vm))) {
            throw new Refusal.Conflict(
                    vm.place() + ": domain", "what the catalog says of VM " + vm.id() + ": " + known, named.toString());
        }
        Set<DiskId> seen = new HashSet<>();
        for (ExportedPoint point : vm.points()) {
            for (ExportedDisk disk : point.disks()) {
                if (seen.add(disk.part().disk())) {
                    requireAgreement(vm, point, disk.part().disk());
                }
            }
        }
    }

    private void requireAgreement(ExportedVm vm, ExportedPoint point, DiskId disk) {
        Optional<Disk> known = imported.disk(disk).filter(found -> !found.vm().equals(vm.id()));
        if (known.isPresent()) {
            throw new Refusal.Conflict(
                    point.place() + ": disk " + disk,
                    "one of VM " + known.get().vm() + ", as the catalog says",
                    "one of VM " + vm.id());
        }
    }

    /// What became of the VM.
    ///
    /// @param note what a person ought to know; null if nothing
    record Placed(boolean isNew, @Nullable String note) {}

    /// @param isDomainItsOwn false if another VM of the export has the same domain and is newer
    Placed place(ExportedVm vm, boolean isDomainItsOwn, long revision) {
        boolean isNew = hosts.vm(vm.id()).isEmpty();
        String note = isNew ? add(vm, isDomainItsOwn, revision) : null;
        hosts.lock(vm.id());
        addDisks(vm, revision);
        return new Placed(isNew, note);
    }

    private @Nullable String add(ExportedVm vm, boolean isDomainItsOwn, long revision) {
        DomainUuid domain = vm.domain();
        if (domain == null) {
            imported.add(nowhere(vm, ownId(vm), revision));
            return null;
        }
        Optional<Vm> holder = hosts.vmByDomain(domain).filter(found -> hosts.lock(found.id()));
        if (!isDomainItsOwn
                || (holder.isPresent() && !store.isOnlySeen(holder.get().id()))) {
            imported.add(nowhere(vm, ownId(vm), revision));
            return "VM " + vm.id() + " (" + name(vm) + "): its domain " + domain
                    + " is another VM by now; its points are listed, and no host will report it";
        }
        if (holder.isEmpty()) {
            imported.add(nowhere(vm, domain, revision));
            return null;
        }
        Vm seen = holder.get();
        imported.giveWay(seen);
        imported.add(new Vm(vm.id(), domain, seen.name(), seen.host(), seen.state(), seen.present(), revision));
        return "VM " + seen.id() + " (" + seen.name() + ") is " + vm.id()
                + " in the repository, and goes by that id from now on";
    }

    private static String name(ExportedVm vm) {
        return vm.name() == null ? vm.id().toString() : vm.name();
    }

    private static Vm nowhere(ExportedVm vm, DomainUuid domain, long revision) {
        String name = name(vm);
        return new Vm(vm.id(), domain, name, null, VmState.OFF, false, revision);
    }

    private static DomainUuid ownId(ExportedVm vm) {
        return new DomainUuid(vm.id().value());
    }

    /// By the newest point that names each. A disk whose serial or target another disk has by now gets no row: no
    /// host will report it.
    private void addDisks(ExportedVm vm, long revision) {
        Set<DiskId> known = new HashSet<>();
        Set<String> taken = new HashSet<>();
        for (Disk disk : hosts.disks(vm.id())) {
            known.add(disk.id());
            taken.add(slot(disk.serial(), disk.target()));
        }
        for (ExportedPoint point : vm.points().reversed()) {
            for (ExportedDisk disk : point.disks()) {
                String serial = serial(disk, point.disks());
                if (known.add(disk.part().disk())
                        && taken.add(slot(serial, disk.part().target()))) {
                    imported.add(disk(vm, disk, serial, revision));
                }
            }
        }
    }

    /// As reports of hosts are read: a serial that is blank, or that two disks have, names neither of them.
    private static @Nullable String serial(ExportedDisk disk, List<ExportedDisk> all) {
        String serial = disk.serial();
        if (serial == null || serial.isBlank()) {
            return null;
        }
        boolean isOwn =
                all.stream().filter(other -> serial.equals(other.serial())).count() == 1;
        return isOwn ? serial : null;
    }

    private static String slot(@Nullable String serial, String target) {
        return serial == null ? "target " + target : "serial " + serial;
    }

    private static Disk disk(ExportedVm vm, ExportedDisk disk, @Nullable String serial, long revision) {
        ImageFormat format = disk.format() == null ? ImageFormat.RAW : disk.format();
        boolean isTrackable = format == ImageFormat.QCOW2;
        return new Disk(
                disk.part().disk(),
                vm.id(),
                disk.part().target(),
                serial,
                format,
                disk.part().virtualSizeBytes(),
                disk.part().imageIdentity(),
                isTrackable,
                isTrackable ? null : Reason.TRACKING_UNSUPPORTED,
                false,
                revision);
    }
}
