package io.tidemark.agent.libvirt;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.tidemark.agent.backup.BackupOrder;
import io.tidemark.agent.backup.HypervisorException.DomainOff;
import io.tidemark.agent.snapshot.SnapshotException;
import io.tidemark.agent.snapshot.Volume;
import io.tidemark.schemas.id.SnapshotName;
import io.tidemark.schemas.vocabulary.FailureReason;
import io.tidemark.schemas.vocabulary.SnapshotMechanism;
import io.tidemark.schemas.vocabulary.SnapshotMember;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.libvirt.Domain;
import org.libvirt.DomainSnapshot;
import org.libvirt.LibvirtException;

/// Snapshots within the qcow2 images of a domain that runs. Those of the disks alone are taken by one transaction
/// of QEMU beside libvirt, which knows only such as hold the guest's memory and stop the guest meanwhile; these are
/// taken by libvirt.
final class InternalSnapshots {
    private final Checkpoints checkpoints;

    InternalSnapshots(Checkpoints checkpoints) {
        this.checkpoints = checkpoints;
    }

    Optional<String> whyNot(Domain domain, Volume volume) throws LibvirtException {
        DomainXml.Disk disk = Overlays.requireVolume(domain, volume).disk();
        return disk.format().equals("qcow2")
                ? Optional.empty()
                : Optional.of("expected the format qcow2, found " + disk.format());
    }

    SnapshotMember plan(Domain domain, Volume volume, SnapshotName name) throws LibvirtException {
        DiskChain chain = Overlays.requireVolume(domain, volume);
        if (isKnown(domain, name.value())
                || InternalTable.has(chain.top(), chain.disk().format(), name.value())) {
            throw new SnapshotException(
                    FailureReason.NAME_TAKEN,
                    "snapshot within " + volume + ": expected none of the name " + name + ", found one");
        }
        return new SnapshotMember(
                volume.target(),
                volume.path().toString(),
                SnapshotMechanism.QCOW2_INTERNAL,
                name.value(),
                null,
                "within " + volume.path());
    }

    private static boolean isKnown(Domain domain, String name) throws LibvirtException {
        return Arrays.asList(domain.snapshotListNames()).contains(name);
    }

    void take(Domain domain, SnapshotName name, List<SnapshotMember> members, boolean memory) throws LibvirtException {
        requireRunning(domain);
        requireOnTop(domain, members);
        if (memory) {
            takeWithMemory(domain, name, members);
        } else {
            takeDisks(domain, name, members);
        }
    }

    private static void requireRunning(Domain domain) throws LibvirtException {
        if (domain.isActive() == 0) {
            throw new DomainOff(
                    "snapshot within images of domain " + domain.getName() + ": expected it running, found it off");
        }
    }

    /// What lies above would be lost with a revert, and gets no snapshot.
    private static void requireOnTop(Domain domain, List<SnapshotMember> members) throws LibvirtException {
        for (SnapshotMember member : members) {
            DiskChain chain = DiskChain.of(domain, Overlays.target(member));
            Path volume = Path.of(member.volume());
            if (!chain.top().equals(volume)) {
                FailureReason reason =
                        chain.has(volume) ? FailureReason.SNAPSHOT_NEEDED : FailureReason.SNAPSHOT_CHANGED;
                throw new SnapshotException(
                        reason,
                        "snapshot " + member.storageName() + " of disk " + member.target() + ": expected the disk in "
                                + volume + ", found it in " + chain.images());
            }
        }
    }

    private static void takeDisks(Domain domain, SnapshotName name, List<SnapshotMember> members)
            throws LibvirtException {
        List<SnapshotMember> taken = holders(members);
        if (taken.size() == members.size()) {
            return;
        }
        LibvirtHypervisor.requireNoJob("snapshot", domain);
        QemuTop.requireKnown(domain);
        for (SnapshotMember cutOff : taken) {
            deleteInQemu(domain, cutOff);
        }
        ArrayNode actions = Qmp.object().putArray("actions");
        for (SnapshotMember member : members) {
            var data = Qmp.object().put("device", node(domain, member)).put("name", name.value());
            actions.addObject().put("type", "blockdev-snapshot-internal-sync").set("data", data);
        }
        Qmp.run(domain, "transaction", Qmp.object().set("actions", actions));
    }

    private static List<SnapshotMember> holders(List<SnapshotMember> members) {
        return members.stream()
                .filter(member -> InternalTable.has(Path.of(member.volume()), "qcow2", member.storageName()))
                .toList();
    }

    private static String node(Domain domain, SnapshotMember member) throws LibvirtException {
        return QemuTop.of(domain, DiskChain.of(domain, Overlays.target(member)).disk())
                .node();
    }

    private static void deleteInQemu(Domain domain, SnapshotMember member) throws LibvirtException {
        Qmp.run(
                domain,
                "blockdev-snapshot-delete-internal-sync",
                Qmp.object().put("device", node(domain, member)).put("name", member.storageName()));
    }

    /// libvirt writes down what it knows of it at the end: entries of that name of which it knows nothing are what
    /// its death has left.
    private static void takeWithMemory(Domain domain, SnapshotName name, List<SnapshotMember> members)
            throws LibvirtException {
        if (isKnown(domain, name.value())) {
            return;
        }
        requireAllDisks(domain, members);
        LibvirtHypervisor.requireNoJob("snapshot", domain);
        QemuTop.requireKnown(domain);
        for (SnapshotMember cutOff : holders(members)) {
            deleteInQemu(domain, cutOff);
        }
        domain.snapshotCreateXML(SnapshotXml.withMemory(name), 0);
    }

    /// QEMU takes those of all disks that can be written, or none.
    private static void requireAllDisks(Domain domain, List<SnapshotMember> members) throws LibvirtException {
        Set<String> missing = DomainXml.disks(domain.getName(), domain.getXMLDesc(0)).stream()
                .map(DomainXml.Disk::target)
                .collect(Collectors.toCollection(TreeSet::new));
        members.forEach(member -> missing.remove(Overlays.target(member)));
        if (!missing.isEmpty()) {
            throw new SnapshotException(
                    FailureReason.MECHANISM_UNAVAILABLE,
                    "snapshot with the memory of domain " + domain.getName()
                            + ": expected all disks to have theirs within their images, found others: " + missing);
        }
    }

    /// Bitmaps would be in the way: QEMU refuses, and libvirt has ended the guest by then. Ours go with their
    /// checkpoints, as they prove nothing of what the disks hold then.
    void revertWithMemory(Domain domain, SnapshotName name, List<SnapshotMember> members) throws LibvirtException {
        if (!isKnown(domain, name.value())) {
            throw new SnapshotException(
                    FailureReason.SNAPSHOT_CHANGED,
                    "snapshot " + name + " of domain " + domain.getName() + ": expected libvirt to know it, found "
                            + Arrays.toString(domain.snapshotListNames()));
        }
        requireInImages(members);
        requireOnTop(domain, members);
        if (domain.isActive() == 1) {
            LibvirtHypervisor.requireNoJob("revert", domain);
        }
        removeBitmaps(domain, members);
        domain.revertToSnapshot(domain.snapshotLookupByName(name.value()));
    }

    private static void requireInImages(List<SnapshotMember> members) {
        List<SnapshotMember> missing = new ArrayList<>(members);
        missing.removeAll(holders(members));
        if (!missing.isEmpty()) {
            throw new SnapshotException(
                    FailureReason.SNAPSHOT_CHANGED,
                    "snapshot " + missing.getFirst().storageName() + ": expected it in "
                            + missing.getFirst().volume() + ", found none");
        }
    }

    private void removeBitmaps(Domain domain, List<SnapshotMember> members) throws LibvirtException {
        Set<String> found = new TreeSet<>(Arrays.asList(domain.checkpointListNames()));
        for (SnapshotMember member : members) {
            found.addAll(bitmaps(domain, member));
        }
        Set<String> foreign = found.stream()
                .filter(name -> !name.startsWith(BackupOrder.MARK))
                .collect(Collectors.toCollection(TreeSet::new));
        if (!foreign.isEmpty()) {
            throw new SnapshotException(
                    FailureReason.SNAPSHOT_NEEDED,
                    "domain " + domain.getName() + ": expected no checkpoint or bitmap of others, which a revert with"
                            + " memory would need gone, found " + foreign);
        }
        for (String name : found) {
            checkpoints.delete(domain, name);
        }
    }

    private static Set<String> bitmaps(Domain domain, SnapshotMember member) throws LibvirtException {
        if (domain.isActive() == 0) {
            return OverlayFiles.bitmaps(Path.of(member.volume()), "qcow2").keySet();
        }
        return QemuTop.bitmaps(
                domain, DiskChain.of(domain, Overlays.target(member)).disk());
    }

    void delete(Domain domain, List<SnapshotMember> members) throws LibvirtException {
        if (domain.isActive() == 1) {
            LibvirtHypervisor.requireNoJob("delete snapshot", domain);
        }
        String name = members.getFirst().storageName();
        if (isKnown(domain, name)) {
            DomainSnapshot known = domain.snapshotLookupByName(name);
            known.delete(0);
        }
        for (SnapshotMember left : holders(members)) {
            if (domain.isActive() == 1) {
                requireOnTop(domain, List.of(left));
                deleteInQemu(domain, left);
            } else {
                QemuImg.write("snapshot", "-q", "-d", left.storageName(), "--", left.volume());
            }
        }
    }
}
