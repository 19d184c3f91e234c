package io.tidemark.agent.libvirt;

import io.tidemark.agent.backup.HypervisorException.DomainBusy;
import io.tidemark.agent.snapshot.SnapshotException;
import io.tidemark.agent.snapshot.Volume;
import io.tidemark.schemas.id.SnapshotName;
import io.tidemark.schemas.vocabulary.FailureReason;
import io.tidemark.schemas.vocabulary.SnapshotMechanism;
import io.tidemark.schemas.vocabulary.SnapshotMember;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.libvirt.Domain;
import org.libvirt.LibvirtException;

/// Lays overlays on disks, and empties them again. libvirt keeps no record of them: with one it refuses to
/// undefine or to migrate the domain, and gives little for it. Each call looks at what is there and does what
/// is missing.
final class Overlays {
    /// `VIR_DOMAIN_SNAPSHOT_CREATE_NO_METADATA`, `_DISK_ONLY` and `_ATOMIC`.
    private static final int CREATE_FLAGS = 4 | 16 | 128;
    private static final long ROOM_BYTES_MIN = 1 << 20;

    private Overlays() {}

    static Optional<String> whyNot(Domain domain, Volume volume) throws LibvirtException {
        Path top = requireVolume(domain, volume).top();
        return Files.isRegularFile(top)
                ? Optional.empty()
                : Optional.of("expected a file, beside which an overlay can lie, found " + top);
    }

    /// The disk's chain. `no-such-volume` if the disk lies elsewhere.
    static DiskChain requireVolume(Domain domain, Volume volume) throws LibvirtException {
        if (volume.target() == null) {
            throw new SnapshotException(
                    FailureReason.NO_SUCH_VOLUME, volume + ": expected a disk of a domain, found none");
        }
        DiskChain chain = DiskChain.of(domain, volume.target());
        if (!chain.top().equals(volume.path())) {
            throw new SnapshotException(
                    FailureReason.NO_SUCH_VOLUME, volume + ": expected the disk there, found it in " + chain.top());
        }
        return chain;
    }

    static SnapshotMember plan(Domain domain, Volume volume, SnapshotName name) throws LibvirtException {
        DiskChain chain = requireVolume(domain, volume);
        Path file = OverlayFiles.file(chain, name);
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new SnapshotException(
                    FailureReason.NAME_TAKEN, "overlay of " + volume + ": expected no file " + file + ", found one");
        }
        requireRoom(file);
        return new SnapshotMember(
                volume.target(),
                volume.path().toString(),
                SnapshotMechanism.QCOW2_OVERLAY,
                name.value(),
                file.toString(),
                "files " + OverlayFiles.stem(chain) + ".*");
    }

    private static void requireRoom(Path file) {
        try {
            long roomBytes =
                    Files.getFileStore(file.toAbsolutePath().getParent()).getUsableSpace();
            if (roomBytes < ROOM_BYTES_MIN) {
                throw new SnapshotException(
                        FailureReason.NO_SPACE,
                        "overlay " + file + ": expected room for " + ROOM_BYTES_MIN + " bytes, found " + roomBytes);
            }
        } catch (IOException unknown) {
            throw new SnapshotException(
                    FailureReason.MECHANISM_UNAVAILABLE,
                    "overlay " + file + ": expected its folder there, found " + unknown.getMessage(),
                    unknown);
        }
    }

    static void take(Domain domain, SnapshotName name, List<SnapshotMember> members) throws LibvirtException {
        List<SnapshotMember> due = new ArrayList<>();
        for (SnapshotMember member : members) {
            if (isDue(DiskChain.of(domain, target(member)), member)) {
                due.add(member);
            }
        }
        if (due.isEmpty()) {
            return;
        }
        if (due.size() < members.size()) {
            throw new SnapshotException(
                    FailureReason.SNAPSHOT_CHANGED,
                    "overlays " + name + ": expected all of them or none, found all but " + due);
        }
        due.forEach(OverlayFiles::removeLeftover);
        if (domain.isActive() == 1) {
            takeRunning(domain, name, due);
        } else {
            takeAtRest(domain, due);
        }
    }

    private static boolean isDue(DiskChain chain, SnapshotMember member) {
        if (chain.has(OverlayFiles.file(member))) {
            return false;
        }
        if (!chain.top().equals(Path.of(member.volume()))) {
            throw new SnapshotException(
                    FailureReason.SNAPSHOT_CHANGED,
                    "overlay of disk " + member.target() + ": expected the disk in " + member.volume()
                            + ", found it in " + chain.top());
        }
        return true;
    }

    static String target(SnapshotMember member) {
        String target = member.target();
        if (target == null) {
            throw new SnapshotException(
                    FailureReason.NO_SUCH_VOLUME,
                    "volume " + member.volume() + ": expected a disk of a domain, found none");
        }
        return target;
    }

    /// In one transaction of QEMU, which goes on in the new files. libvirt gives each a recording bitmap for each
    /// checkpoint.
    private static void takeRunning(Domain domain, SnapshotName name, List<SnapshotMember> members)
            throws LibvirtException {
        LibvirtHypervisor.requireNoJob("snapshot", domain);
        QemuTop.onKnownImages(domain);
        QemuTop.requireKnown(domain);
        domain.snapshotCreateXML(
                SnapshotXml.overlays(name, members, DomainXml.disks(domain.getName(), domain.getXMLDesc(0))),
                CREATE_FLAGS);
    }

    /// The files come first. One definition then lays all disks on them.
    private static void takeAtRest(Domain domain, List<SnapshotMember> members) throws LibvirtException {
        requireOff(domain);
        Map<String, DomainImages.Image> before = new LinkedHashMap<>();
        Map<String, DomainImages.Image> after = new LinkedHashMap<>();
        for (SnapshotMember member : members) {
            String target = target(member);
            String format = DiskChain.of(domain, target).disk().format();
            Path overlay = OverlayFiles.file(member);
            OverlayFiles.make(overlay, Path.of(member.volume()), format);
            before.put(target, new DomainImages.Image(Path.of(member.volume()), format));
            after.put(target, new DomainImages.Image(overlay, "qcow2"));
        }
        requireOff(domain);
        DomainImages.define(domain, after);
        if (domain.isActive() == 1 && !standsOn(domain, members)) {
            DomainImages.define(domain, before);
            members.forEach(member -> OverlayFiles.delete(OverlayFiles.file(member)));
            throw new DomainBusy("snapshot of domain " + domain.getName() + ": expected it off, found it started");
        }
    }

    /// Whether a domain that was started meanwhile runs on the overlays: then they were laid before.
    private static boolean standsOn(Domain domain, List<SnapshotMember> members) throws LibvirtException {
        for (SnapshotMember member : members) {
            if (!DiskChain.of(domain, target(member)).has(OverlayFiles.file(member))) {
                return false;
            }
        }
        return true;
    }

    static void requireOff(Domain domain) throws LibvirtException {
        if (domain.isActive() == 1) {
            throw new DomainBusy("domain " + domain.getName() + ": expected it off, found it started");
        }
        if (domain.hasManagedSaveImage() == 1) {
            throw new DomainBusy("domain " + domain.getName()
                    + ": expected it off, found its memory saved, which goes with its disks as they are");
        }
    }

    /// Puts an empty overlay in the place of each. All are made before the first is put there.
    static void revert(Domain domain, List<SnapshotMember> members) throws LibvirtException {
        if (domain.isActive() == 1) {
            throw new SnapshotException(
                    FailureReason.VM_RUNS, "domain " + domain.getName() + ": expected it off, found it running");
        }
        requireOff(domain);
        Map<Path, DiskChain.Standing> standings = new LinkedHashMap<>();
        for (SnapshotMember member : members) {
            Path overlay = OverlayFiles.file(member);
            standings.put(overlay, requireRevertible(DiskChain.of(domain, target(member)), overlay));
        }
        Map<Path, Path> fresh = new LinkedHashMap<>();
        standings.forEach((overlay, standing) -> fresh.put(overlay, OverlayFiles.makeFresh(overlay, standing)));
        requireOff(domain);
        fresh.forEach(OverlayFiles::replace);
    }

    private static DiskChain.Standing requireRevertible(DiskChain chain, Path overlay) {
        String disk = "disk " + chain.disk().target();
        if (!chain.has(overlay)) {
            throw new SnapshotException(
                    FailureReason.SNAPSHOT_CHANGED,
                    disk + ": expected overlay " + overlay + " in its chain, found " + chain.images());
        }
        if (!chain.top().equals(overlay)) {
            throw new SnapshotException(
                    FailureReason.SNAPSHOT_NEEDED,
                    disk + ": expected no overlay above " + overlay + ", found " + chain.above(overlay));
        }
        List<InternalTable.Entry> inside = InternalTable.of(overlay, "qcow2");
        if (!inside.isEmpty()) {
            throw new SnapshotException(
                    FailureReason.SNAPSHOT_NEEDED,
                    disk + ": expected no snapshot within overlay " + overlay + ", found " + inside);
        }
        OverlayFiles.requireUnlocked(overlay);
        return DiskChain.standing(overlay)
                .orElseThrow(() -> new SnapshotException(
                        FailureReason.SNAPSHOT_CHANGED,
                        disk + ": expected overlay " + overlay + " on another image, found none"));
    }
}
