package io.tidemark.agent.libvirt;

import io.tidemark.agent.backup.HypervisorException;
import io.tidemark.agent.backup.HypervisorException.RequestRefused;
import io.tidemark.agent.snapshot.DomainSnapshots;
import io.tidemark.agent.snapshot.SnapshotException;
import io.tidemark.agent.snapshot.Volume;
import io.tidemark.schemas.event.AgentEvent.SnapshotReport;
import io.tidemark.schemas.id.DomainUuid;
import io.tidemark.schemas.id.SnapshotName;
import io.tidemark.schemas.vocabulary.FailureReason;
import io.tidemark.schemas.vocabulary.SnapshotMechanism;
import io.tidemark.schemas.vocabulary.SnapshotMember;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.libvirt.Domain;
import org.libvirt.DomainInfo.DomainState;
import org.libvirt.LibvirtException;

/// The port over libvirt 9.0 or newer and QEMU 7.2 or newer. `docs/adr/0021-snapshots-through-libvirt.md` says why
/// each mechanism goes the way it does.
public final class LibvirtSnapshots implements DomainSnapshots, AutoCloseable {
    private final LibvirtConnection libvirt;
    private final InternalSnapshots internal = new InternalSnapshots(new Checkpoints(new RestingImages()));
    private final CopyBeforeWrite copies = new CopyBeforeWrite();

    /// @param uri as libvirt's clients take it, `qemu:///system` mostly
    /// @param callsMax how many native calls may run at once
    /// @param callLimit how long one may take; a snapshot with memory takes as long as the memory is written
    public LibvirtSnapshots(String uri, int callsMax, Duration callLimit) {
        this.libvirt = new LibvirtConnection(uri, callsMax, callLimit);
    }

    @Override
    public Set<SnapshotMechanism> mechanisms(boolean isRunning) {
        return isRunning
                ? Set.of(
                        SnapshotMechanism.QCOW2_OVERLAY,
                        SnapshotMechanism.QCOW2_INTERNAL,
                        SnapshotMechanism.QEMU_COPY_BEFORE_WRITE)
                : Set.of(SnapshotMechanism.QCOW2_OVERLAY, SnapshotMechanism.QEMU_COPY_BEFORE_WRITE);
    }

    @Override
    public Optional<String> whyNot(DomainUuid domain, Volume volume, SnapshotMechanism mechanism) {
        return libvirt.onDomain("snapshot of " + volume, domain, handle -> switch (mechanism) {
            case QCOW2_OVERLAY -> whyNoOverlay(handle, volume);
            case QCOW2_INTERNAL -> internal.whyNot(handle, volume);
            case QEMU_COPY_BEFORE_WRITE -> CopyBeforeWrite.whyNot(handle, volume);
            default -> Optional.of("expected one of " + mechanisms(true) + ", found " + mechanism.code());
        });
    }

    private static Optional<String> whyNoOverlay(Domain domain, Volume volume) throws LibvirtException {
        Optional<String> lack = Overlays.whyNot(domain, volume);
        return lack.isPresent() ? lack : CopyBeforeWrite.whyNotOver(domain, volume);
    }

    @Override
    public SnapshotMember plan(DomainUuid domain, Volume volume, SnapshotMechanism mechanism, SnapshotName name) {
        Optional<String> missing = whyNot(domain, volume, mechanism);
        if (missing.isPresent()) {
            throw new SnapshotException(
                    FailureReason.MECHANISM_UNAVAILABLE, mechanism.code() + " of " + volume + ": " + missing.get());
        }
        return libvirt.onDomain("snapshot of " + volume, domain, handle -> switch (mechanism) {
            case QCOW2_OVERLAY -> Overlays.plan(handle, volume, name);
            case QEMU_COPY_BEFORE_WRITE -> CopyBeforeWrite.plan(handle, volume, name);
            default -> internal.plan(handle, volume, name);
        });
    }

    /// A guest that runs has two mechanisms at one moment only if it is paused: libvirt lays overlays, QEMU takes
    /// those within images, and puts its filters over one disk after the other.
    @Override
    public void take(DomainUuid domain, SnapshotName name, List<SnapshotMember> members, boolean memory) {
        List<SnapshotMember> overlays = of(SnapshotMechanism.QCOW2_OVERLAY, members);
        List<SnapshotMember> inside = of(SnapshotMechanism.QCOW2_INTERNAL, members);
        List<SnapshotMember> copied = of(SnapshotMechanism.QEMU_COPY_BEFORE_WRITE, members);
        requireNoneBesideMemory(domain, members, memory);
        requireOneMoment(domain, members, copied);
        if (!inside.isEmpty()) {
            changing("snapshot " + name, domain, handle -> internal.take(handle, name, inside, memory));
        }
        if (!overlays.isEmpty()) {
            changing("snapshot " + name, domain, handle -> Overlays.take(handle, name, overlays));
        }
        if (!copied.isEmpty()) {
            changing("snapshot " + name, domain, handle -> copies.take(handle, copied));
        }
    }

    private static void requireNoneBesideMemory(DomainUuid domain, List<SnapshotMember> members, boolean memory) {
        List<SnapshotMember> beside = members.stream()
                .filter(member -> member.mechanism() != SnapshotMechanism.QCOW2_INTERNAL)
                .toList();
        if (memory && !beside.isEmpty()) {
            throw new SnapshotException(
                    FailureReason.MECHANISM_UNAVAILABLE,
                    "snapshot of domain " + domain + ": expected only those within images beside its memory, found "
                            + beside);
        }
    }

    private void requireOneMoment(DomainUuid domain, List<SnapshotMember> members, List<SnapshotMember> copied) {
        boolean areMixed =
                members.stream().map(SnapshotMember::mechanism).distinct().count() > 1;
        if ((areMixed || copied.size() > 1) && isRunning(domain)) {
            throw new SnapshotException(
                    FailureReason.MECHANISM_UNAVAILABLE,
                    "snapshot of domain " + domain + ": expected it paused for members that are not taken in one step,"
                            + " found it running");
        }
    }

    private boolean isRunning(DomainUuid domain) {
        return libvirt.onDomain("state", domain, handle -> handle.getInfo().state) == DomainState.VIR_DOMAIN_RUNNING;
    }

    private static List<SnapshotMember> of(SnapshotMechanism mechanism, List<SnapshotMember> members) {
        return members.stream()
                .filter(member -> member.mechanism() == mechanism)
                .toList();
    }

    @Override
    public List<SnapshotReport> list(DomainUuid domain, Volume volume) {
        return libvirt.onDomain("snapshots of " + volume, domain, handle -> {
            List<SnapshotReport> reports = new ArrayList<>();
            if (!CopyBeforeWrite.isAside(volume.path())) {
                reports.addAll(SnapshotListing.of(handle, Overlays.requireVolume(handle, volume)));
            }
            reports.addAll(copies.list(handle, volume));
            return reports;
        });
    }

    @Override
    public void revert(DomainUuid domain, SnapshotName name, List<SnapshotMember> members, boolean memory) {
        List<SnapshotMember> overlays = of(SnapshotMechanism.QCOW2_OVERLAY, members);
        List<SnapshotMember> copied = of(SnapshotMechanism.QEMU_COPY_BEFORE_WRITE, members);
        if (overlays.size() + copied.size() < members.size() && !memory) {
            throw new SnapshotException(
                    FailureReason.MECHANISM_UNAVAILABLE,
                    "revert of domain " + domain + " to " + name
                            + ": expected overlays, copies before write, or the guest's memory with what lies within"
                            + " images, found " + members);
        }
        if (memory) {
            changing("revert to " + name, domain, handle -> internal.revertWithMemory(handle, name, members));
            return;
        }
        List<CopyFiles> due =
                libvirt.onDomain("revert to " + name, domain, handle -> CopyBeforeWrite.due(handle, copied));
        try {
            changing("revert to " + name, domain, handle -> Overlays.revert(handle, overlays));
        } catch (SnapshotException refused) { // before any disk was put back
            due.forEach(CopyFiles::comeBack);
            throw refused;
        }
        typed(() -> due.forEach(CopyFiles::putBack)); // takes as long as it takes, and needs no libvirt
    }

    /// One disk after the other: their overlays say nothing of one another.
    @Override
    public void delete(DomainUuid domain, SnapshotName name, List<SnapshotMember> members, boolean memory) {
        List<SnapshotMember> inside = of(SnapshotMechanism.QCOW2_INTERNAL, members);
        if (!inside.isEmpty()) {
            changing("delete snapshot " + name, domain, handle -> internal.delete(handle, inside));
        }
        for (SnapshotMember copied : of(SnapshotMechanism.QEMU_COPY_BEFORE_WRITE, members)) {
            changing("delete snapshot " + name, domain, handle -> copies.delete(handle, copied));
        }
        of(SnapshotMechanism.QCOW2_OVERLAY, members)
                .forEach(member -> typed(() -> new OverlayMerge(libvirt, domain, member).run()));
    }

    @Override
    public void pause(DomainUuid domain) {
        changing("pause", domain, handle -> {
            if (handle.getInfo().state == DomainState.VIR_DOMAIN_RUNNING) {
                handle.suspend(); // QEMU drains and flushes as it stops
            }
        });
    }

    @Override
    public void stop(DomainUuid domain, List<SnapshotMember> reverted) {
        changing("stop", domain, handle -> {
            List<SnapshotMember> copied = of(SnapshotMechanism.QEMU_COPY_BEFORE_WRITE, reverted);
            if (!copied.isEmpty()) {
                copies.stop(handle, copied);
            } else if (handle.isActive() == 1) {
                handle.destroy();
            }
        });
    }

    @Override
    public void start(DomainUuid domain) {
        changing("start", domain, handle -> {
            if (handle.isActive() == 0) {
                handle.create();
            }
        });
    }

    private interface Change {
        void with(Domain domain) throws LibvirtException;
    }

    private void changing(String what, DomainUuid domain, Change change) {
        typed(() -> libvirt.onDomain(what, domain, handle -> {
            change.with(handle);
            return domain;
        }));
    }

    /// Where libvirt's and QEMU's words tell more than their numbers.
    private static void typed(Runnable change) {
        try {
            change.run();
        } catch (RequestRefused refused) {
            throw typed(refused);
        }
    }

    static RuntimeException typed(RequestRefused refused) {
        String words = String.valueOf(refused.getMessage());
        String lower = words.toLowerCase(Locale.ROOT);
        if (lower.contains("no space left")) {
            return new SnapshotException(FailureReason.NO_SPACE, words, refused);
        }
        if (lower.contains("already exists")) {
            return new SnapshotException(FailureReason.NAME_TAKEN, words, refused);
        }
        return refused;
    }

    /// Closes the connection; calls that hang are left to their daemon threads.
    @Override
    public void close() {
        try {
            libvirt.close();
        } catch (HypervisorException alreadyGone) {
            // nothing is left to close
        }
    }
}
