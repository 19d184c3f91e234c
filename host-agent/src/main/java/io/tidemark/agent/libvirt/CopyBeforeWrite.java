package io.tidemark.agent.libvirt;

import io.tidemark.agent.backup.HypervisorException;
import io.tidemark.agent.snapshot.SnapshotException;
import io.tidemark.agent.snapshot.Volume;
import io.tidemark.schemas.event.AgentEvent.SnapshotReport;
import io.tidemark.schemas.id.SnapshotName;
import io.tidemark.schemas.vocabulary.FailureReason;
import io.tidemark.schemas.vocabulary.SnapshotMechanism;
import io.tidemark.schemas.vocabulary.SnapshotMember;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.libvirt.Domain;
import org.libvirt.DomainInfo.DomainState;
import org.libvirt.LibvirtException;

/// Snapshots of raw files that QEMU keeps by copying each old block away before the guest overwrites it
/// (`docs/adr/0022-copy-before-write-by-a-filter.md`). Such a snapshot ends with its QEMU, in whatever way that
/// ends, unless it ends for a revert to it. Each call looks at what is there and does what is missing.
final class CopyBeforeWrite {
    private static final String LOST = "nothing: the QEMU that kept it is gone, and the guest may have written since";
    private static final String BROKEN = "nothing: a block could not be copied in time, or for want of room";
    private static final String REVERTED = "nothing: the volume was put back to it, and it ended with that";
    /// Of the disk's size.
    private static final int ROOM_PART = 10;

    /// Only one thread looks at a snapshot or takes it out: what is left there otherwise is what a death left.
    private final ReentrantLock looks = new ReentrantLock();

    static Optional<String> whyNot(Domain domain, Volume volume) throws LibvirtException {
        if (domain.isActive() == 0) {
            return Optional.of("expected the VM on, as its QEMU copies the blocks, found it off");
        }
        DomainXml.Disk disk = Overlays.requireVolume(domain, volume).disk();
        if (!disk.format().equals("raw")) {
            return Optional.of("expected the format raw, as QEMU hides the bitmaps of an image that is copied from,"
                    + " found " + disk.format());
        }
        if (!Files.isRegularFile(volume.path(), LinkOption.NOFOLLOW_LINKS)) {
            return Optional.of("expected a file, beside which another can lie, found " + volume.path());
        }
        return held(domain, disk, volume.path())
                .map(held -> "expected no other such snapshot of the disk, found " + held.name());
    }

    /// The one that the guest writes through; empty if there is none, or the domain is off.
    private static Optional<CopyFiles> held(Domain domain, DomainXml.Disk disk, Path volume) throws LibvirtException {
        if (domain.isActive() == 1) {
            for (CopyFiles files : CopyFiles.found(volume)) {
                if (new CopyFilter(domain, disk, files).isOn()) {
                    return Optional.of(files);
                }
            }
        }
        return Optional.empty();
    }

    /// What keeps an overlay from being laid: it would be laid below the filter, where it cannot be merged.
    static Optional<String> whyNotOver(Domain domain, Volume volume) throws LibvirtException {
        DomainXml.Disk disk = Overlays.requireVolume(domain, volume).disk();
        return disk.format().equals("raw")
                ? held(domain, disk, volume.path())
                        .map(held -> "expected no " + SnapshotMechanism.QEMU_COPY_BEFORE_WRITE.code()
                                + " snapshot of the disk, found " + held.name())
                : Optional.empty();
    }

    static SnapshotMember plan(Domain domain, Volume volume, SnapshotName name) throws LibvirtException {
        DomainXml.Disk disk = Overlays.requireVolume(domain, volume).disk();
        CopyFiles files = CopyFiles.planned(volume, name);
        requireRoom(files, QemuTop.of(domain, disk).sizeBytes() / ROOM_PART);
        return new SnapshotMember(
                volume.target(),
                volume.path().toString(),
                SnapshotMechanism.QEMU_COPY_BEFORE_WRITE,
                name.value(),
                files.blocks().toString(),
                SnapshotMechanism.QEMU_COPY_BEFORE_WRITE.code() + ":" + volume.path());
    }

    private static void requireRoom(CopyFiles files, long neededBytes) {
        try {
            long roomBytes = Files.getFileStore(files.volume()).getUsableSpace();
            if (roomBytes < neededBytes) {
                throw new SnapshotException(
                        FailureReason.NO_SPACE,
                        files + ": expected room for a tenth of the disk, " + neededBytes + " bytes, found "
                                + roomBytes);
            }
        } catch (IOException unknown) {
            throw new SnapshotException(
                    FailureReason.MECHANISM_UNAVAILABLE,
                    files + ": expected its folder there, found " + unknown.getMessage(),
                    unknown);
        }
    }

    /// Of several disks at one moment only while the guest stands still. All or none: what an attempt that was cut
    /// off has taken is of another moment, and given up first.
    void take(Domain domain, List<SnapshotMember> members) throws LibvirtException {
        List<CopyFilter> filters = new ArrayList<>();
        int held = 0;
        for (SnapshotMember member : members) {
            CopyFilter filter = filter(domain, member);
            filters.add(filter);
            held += filter.isOn() ? 1 : 0;
        }
        if (held == members.size()) {
            return;
        }
        LibvirtHypervisor.requireNoJob("snapshot", domain);
        QemuTop.requireKnown(domain);
        for (CopyFilter filter : filters) {
            remove(filter);
            filter.prepare();
        }
        for (CopyFilter filter : filters) {
            filter.insert();
        }
    }

    private static CopyFilter filter(Domain domain, SnapshotMember member) throws LibvirtException {
        DiskChain chain = DiskChain.of(domain, Overlays.target(member));
        if (!chain.top().equals(Path.of(member.volume()))) {
            throw new SnapshotException(
                    FailureReason.SNAPSHOT_CHANGED,
                    "snapshot " + member.storageName() + " of disk " + member.target() + ": expected the disk in "
                            + member.volume() + ", found it in " + chain.top());
        }
        return new CopyFilter(domain, chain.disk(), CopyFiles.of(member));
    }

    /// Those that can be gone back to by their names; of the others what is left, by the names of their files.
    List<SnapshotReport> list(Domain domain, Volume volume) throws LibvirtException {
        List<SnapshotReport> reports = new ArrayList<>();
        for (CopyFiles files : CopyFiles.found(volume.path())) {
            Optional<String> lost = lost(domain, volume, files);
            Path file = files.hasBlocks() ? files.blocks() : files.isAside() ? files.aside() : files.reverted();
            reports.add(new SnapshotReport(
                    SnapshotMechanism.QEMU_COPY_BEFORE_WRITE,
                    lost.isEmpty() ? files.name().value() : String.valueOf(file.getFileName()),
                    SnapshotListing.born(file),
                    file.toString(),
                    null,
                    lost.map(List::of).orElse(List.of())));
        }
        return reports;
    }

    /// Why it cannot be gone back to; empty if it can.
    private Optional<String> lost(Domain domain, Volume volume, CopyFiles files) throws LibvirtException {
        if (domain.isActive() == 0) {
            return files.isAside() ? Optional.empty() : Optional.of(files.isReverted() ? REVERTED : LOST);
        }
        CopyFilter filter = new CopyFilter(
                domain, DiskChain.of(domain, String.valueOf(volume.target())).disk(), files);
        if (!filter.isOn()) {
            return Optional.of(files.isReverted() ? REVERTED : LOST);
        }
        return isWhole(filter) ? Optional.empty() : Optional.of(BROKEN);
    }

    /// Whether a volume lies under another name as long as a revert has not ended.
    static boolean isAside(Path volume) {
        return !Files.exists(volume) && CopyFiles.found(volume).stream().anyMatch(CopyFiles::isAside);
    }

    /// Ends a guest so that its disks can be put back. Before that the guest stands still, each snapshot is looked
    /// at, and the volumes are set aside, so that nobody starts the domain again before they are put back. Where
    /// that cannot be, the guest runs on.
    void stop(Domain domain, List<SnapshotMember> members) throws LibvirtException {
        if (domain.isActive() == 0) {
            for (SnapshotMember member : members) {
                requireAside(CopyFiles.of(member));
            }
            return;
        }
        boolean isRunning = domain.getInfo().state == DomainState.VIR_DOMAIN_RUNNING;
        if (isRunning) {
            domain.suspend();
        }
        List<CopyFiles> aside = new ArrayList<>();
        try {
            for (SnapshotMember member : members) {
                requireWhole(domain, member);
            }
            for (SnapshotMember member : members) {
                CopyFiles files = CopyFiles.of(member);
                aside.add(files);
                files.setAside();
            }
            domain.destroy();
        } catch (LibvirtException | SnapshotException | HypervisorException failed) {
            goOn(domain, aside, isRunning, failed);
            throw failed;
        }
    }

    private static void requireAside(CopyFiles files) {
        if (!files.isAside() && !files.isReverted()) {
            throw gone(files, LOST);
        }
    }

    private static SnapshotException gone(CopyFiles files, String found) {
        return new SnapshotException(
                FailureReason.SNAPSHOT_CHANGED, files + ": expected it kept by QEMU, found " + found);
    }

    private void requireWhole(Domain domain, SnapshotMember member) throws LibvirtException {
        CopyFilter filter = filter(domain, member);
        if (!filter.isOn()) {
            throw gone(CopyFiles.of(member), LOST);
        }
        if (!isWhole(filter)) {
            throw gone(CopyFiles.of(member), BROKEN);
        }
    }

    /// Whatever else fails, the guest runs on if it ran.
    private static void goOn(Domain domain, List<CopyFiles> aside, boolean isRunning, Exception failed) {
        try {
            if (domain.isActive() == 0) {
                return;
            }
            try {
                aside.forEach(CopyFiles::comeBack);
            } finally {
                if (isRunning) {
                    domain.resume();
                }
            }
        } catch (LibvirtException | SnapshotException | HypervisorException left) {
            failed.addSuppressed(left);
        }
    }

    /// What has to be put back of a domain that [#stop] has ended, and can be. What was put back already stays as
    /// it is.
    static List<CopyFiles> due(Domain domain, List<SnapshotMember> members) throws LibvirtException {
        if (domain.isActive() == 1) {
            throw new SnapshotException(
                    FailureReason.VM_RUNS, "domain " + domain.getName() + ": expected it off, found it running");
        }
        List<CopyFiles> due = new ArrayList<>();
        for (SnapshotMember member : members) {
            CopyFiles files = CopyFiles.of(member);
            requireAside(files);
            if (files.isAside()) {
                due.add(files);
            }
        }
        requireClosed(due);
        return due;
    }

    /// All old blocks are there, or all volumes are left as their guest left them.
    private static void requireClosed(List<CopyFiles> due) {
        for (CopyFiles files : due) {
            if (!files.isReverted() && !files.isClosed()) {
                due.forEach(CopyFiles::comeBack);
                throw gone(files, "that QEMU did not close its file");
            }
        }
    }

    void delete(Domain domain, SnapshotMember member) throws LibvirtException {
        CopyFiles files = CopyFiles.of(member);
        if (domain.isActive() == 1) {
            remove(domain, member, files);
            files.comeBack();
        } else if (files.isAside()) {
            throw new SnapshotException(
                    FailureReason.SNAPSHOT_NEEDED,
                    files + ": expected no revert to it under way, found its volume set aside as " + files.aside()
                            + "; a revert to it goes on");
        }
        files.delete();
    }

    private void remove(Domain domain, SnapshotMember member, CopyFiles files) throws LibvirtException {
        Optional<DomainXml.Disk> disk = DomainXml.disks(domain.getName(), domain.getXMLDesc(0)).stream()
                .filter(each -> each.target().equals(Overlays.target(member)))
                .findFirst();
        if (disk.isPresent()) {
            remove(new CopyFilter(domain, disk.get(), files));
        } else {
            CopyFilter.removeNodes(domain, files);
        }
    }

    private void remove(CopyFilter filter) throws LibvirtException {
        looks.lock();
        try {
            filter.remove();
        } finally {
            looks.unlock();
        }
    }

    private boolean isWhole(CopyFilter filter) throws LibvirtException {
        looks.lock();
        try {
            return filter.isWhole();
        } finally {
            looks.unlock();
        }
    }
}
