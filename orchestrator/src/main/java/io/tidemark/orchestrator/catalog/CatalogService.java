package io.tidemark.orchestrator.catalog;

import io.tidemark.orchestrator.catalog.CatalogStore.CheckpointState;
import io.tidemark.orchestrator.catalog.RestorePoint.Copy;
import io.tidemark.orchestrator.catalog.RestorePoint.CopyState;
import io.tidemark.orchestrator.catalog.RestorePoint.DiskPart;
import io.tidemark.orchestrator.catalog.RestorePoint.Freeze;
import io.tidemark.orchestrator.epoch.DiskThen;
import io.tidemark.orchestrator.epoch.EpochBook;
import io.tidemark.orchestrator.epoch.Verdict.Broken;
import io.tidemark.orchestrator.host.Disk;
import io.tidemark.orchestrator.host.Hosts;
import io.tidemark.orchestrator.host.Vm;
import io.tidemark.orchestrator.inbox.UnacceptableMessage;
import io.tidemark.schemas.event.AgentEvent.BackupCompleted;
import io.tidemark.schemas.event.AgentEvent.DiskResult;
import io.tidemark.schemas.id.DiskId;
import io.tidemark.schemas.id.RepositoryId;
import io.tidemark.schemas.id.RestorePointId;
import io.tidemark.schemas.id.VmId;
import io.tidemark.schemas.vocabulary.Level;
import io.tidemark.schemas.vocabulary.Reason;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/// Lists what repositories committed and lets go what they removed. A point, its epochs and the retirement of the
/// checkpoint that nobody names any more are one transaction, under the VM's lock.
@ApplicationScoped
public final class CatalogService implements Catalog {
    private static final Logger LOG = Logger.getLogger(CatalogService.class);

    private final CatalogStore store;
    private final Hosts hosts;
    private final CatalogVoice voice;
    private final CheckpointKeeper checkpoints;
    private final CatalogSupplies supplies;

    CatalogService(
            CatalogStore store,
            Hosts hosts,
            CatalogVoice voice,
            CheckpointKeeper checkpoints,
            CatalogSupplies supplies) {
        this.store = store;
        this.hosts = hosts;
        this.voice = voice;
        this.checkpoints = checkpoints;
        this.supplies = supplies;
    }

    /// Lists the point; a second time, or after its removal, changes nothing. Another digest for a known point is
    /// refused. The caller holds the VM's lock.
    public void list(Committed committed) {
        BackupCompleted completed = committed.completed();
        Optional<RestorePoint> known = store.point(completed.point());
        if (known.isPresent()) {
            requireSameDigest(known.get(), committed);
            return;
        }
        requireKnownDisks(completed);
        RestorePoint point = point(committed);
        store.add(point, supplies.clock().instant());
        voice.created(point, committed.repository(), committed.cause());
        boolean hasCheckpoint =
                point.mayBeginEpochs() && completed.disks().stream().anyMatch(DiskResult::epochBegun);
        if (hasCheckpoint) {
            store.addCheckpoint(point.id(), point.vm(), CheckpointState.KEPT);
        }
        if (!point.isCopy()) {
            completed.disks().forEach(disk -> moveEpoch(committed, disk, hasCheckpoint && disk.epochBegun()));
        }
        if (point.isDifferential()) {
            endAbsent(committed);
        }
        if (hasCheckpoint) {
            askWhatIsThere(point.vm());
        }
        checkpoints.retireUnneeded(point.vm());
        LOG.infof(
                "restore point %s of VM %s is available in %s: %d bytes, %d of them new",
                point.id(), point.vm(), committed.repository(), completed.storedBytes(), completed.newBytes());
        supplies.failpoint().catalogWillCommit();
    }

    @Override
    public List<RestorePoint> points() {
        return supplies.transactions().call(() -> store.points());
    }

    @Override
    public List<RestorePoint> points(VmId vm) {
        return supplies.transactions().call(() -> store.points(vm));
    }

    @Override
    public Optional<RestorePoint> point(RestorePointId point) {
        return supplies.transactions().call(() -> store.point(point));
    }

    @Override
    public Set<RestorePointId> pinned(VmId vm) {
        return supplies.transactions().call(() -> inUse(vm));
    }

    @Override
    public List<PointHold> holds(VmId vm) {
        return supplies.transactions().call(() -> store.holds(vm));
    }

    private Set<RestorePointId> inUse(VmId vm) {
        Set<RestorePointId> used = new HashSet<>(checkpoints.named(vm));
        used.addAll(supplies.beingRead().ofVm(vm));
        return used;
    }

    @Override
    public boolean markRemoving(RestorePointId point, RepositoryId repository) {
        return supplies.transactions().call(() -> {
            Optional<RestorePoint> found = store.point(point);
            if (found.isEmpty()
                    || !hosts.lock(found.get().vm())
                    || supplies.incarnation().holdsDeletion(repository)) {
                return false;
            }
            Optional<Copy> copy = copy(store.point(point), repository, Set.of(CopyState.AVAILABLE));
            VmId vm = found.get().vm();
            boolean isHeld = store.holds(vm).stream().anyMatch(hold -> hold.isOn(point, repository));
            if (copy.isEmpty() || isHeld || inUse(vm).contains(point)) {
                return false;
            }
            store.change(point, in(CopyState.REMOVING, copy.get()));
            return true;
        });
    }

    @Override
    public void removed(RestorePointId point, RepositoryId repository) {
        supplies.transactions().run(() -> {
            Optional<RestorePoint> found = store.point(point);
            Optional<Copy> copy = copy(found, repository, Set.of(CopyState.AVAILABLE, CopyState.REMOVING));
            if (found.isEmpty() || copy.isEmpty()) {
                return;
            }
            store.change(point, in(CopyState.REMOVED, copy.get()));
            voice.removed(found.get(), repository);
        });
    }

    private static void requireSameDigest(RestorePoint known, Committed committed) {
        for (Copy copy : known.copies()) {
            boolean isSameCopy = copy.repository().equals(committed.repository());
            if (isSameCopy && !copy.commitDigest().equals(committed.completed().commitDigest())) {
                LOG.errorf("restore point %s: a second commit was reported with another digest", known.id());
                throw new UnacceptableMessage("restore point " + known.id() + ": expected digest " + copy.commitDigest()
                        + ", found " + committed.completed().commitDigest());
            }
        }
    }

    private void requireKnownDisks(BackupCompleted completed) {
        Set<DiskId> known = hosts.disks(completed.vm()).stream().map(Disk::id).collect(Collectors.toSet());
        Set<DiskId> foreign =
                new HashSet<>(completed.disks().stream().map(DiskResult::disk).toList());
        foreign.removeAll(known);
        if (!foreign.isEmpty()) {
            throw new UnacceptableMessage("disks: expected disks of VM " + completed.vm() + ", found " + foreign);
        }
    }

    private void moveEpoch(Committed committed, DiskResult disk, boolean isBegun) {
        BackupCompleted completed = committed.completed();
        EpochBook.Key key = new EpochBook.Key(completed.vm(), disk.disk(), committed.tracker());
        if (isBegun) {
            EpochBook.Begun begun = new EpochBook.Begun(
                    completed.point(), committed.repository(), completed.takenAt(), DiskThen.of(disk));
            supplies.epochs().advance(key, committed.attempt(), begun);
        } else if (disk.level() == Level.FULL) {
            Reason reason = Objects.requireNonNullElse(disk.reason(), Reason.NOT_TRACKED);
            String detail = "the backup of restore point " + completed.point() + " began no epoch";
            supplies.epochs().endBy(key, committed.attempt(), new Broken(reason, detail, disk.virtualSizeBytes()));
        } // an increment without a new bitmap, as a differential's: the parent's goes on, and so does its epoch
    }

    /// As a differential moves no epoch, that of a disk which was away would look as unbroken as the others.
    private void endAbsent(Committed committed) {
        BackupCompleted completed = committed.completed();
        Set<DiskId> held = completed.disks().stream().map(DiskResult::disk).collect(Collectors.toSet());
        String detail = "the differential " + completed.point() + " does not hold the disk";
        Optional.ofNullable(committed.parent()).flatMap(store::point).stream()
                .flatMap(full -> full.disks().stream())
                .filter(disk -> !held.contains(disk.disk()))
                .forEach(disk -> supplies.epochs()
                        .endAbsent(
                                new EpochBook.Key(completed.vm(), disk.disk(), committed.tracker()),
                                committed.attempt(),
                                new Broken(Reason.PARENT_MISSING, detail, disk.virtualSizeBytes())));
    }

    /// An epoch may be broken by now in a way that differs in nothing from what the host reported before it began:
    /// that is not reported again by itself.
    private void askWhatIsThere(VmId vm) {
        hosts.vm(vm).map(Vm::host).ifPresent(supplies.reports()::ask);
    }

    private static RestorePoint point(Committed committed) {
        BackupCompleted completed = committed.completed();
        boolean isIncremental = completed.disks().stream().anyMatch(disk -> disk.level() == Level.INCREMENTAL);
        return new RestorePoint(
                completed.point(),
                completed.vm(),
                committed.tracker(),
                isIncremental ? committed.parent() : null,
                completed.takenAt(),
                completed.consistency(),
                completed.freezeMillis(),
                completed.durationMillis(),
                completed.task(),
                committed.attempt(),
                List.of(new Copy(
                        committed.repository(),
                        CopyState.AVAILABLE,
                        completed.commitDigest(),
                        completed.storedBytes(),
                        completed.newBytes(),
                        1)),
                completed.disks().stream().map(CatalogService::part).toList(),
                new Freeze(completed.frozenMountpoints(), Objects.requireNonNullElse(completed.notices(), List.of())));
    }

    private static DiskPart part(DiskResult disk) {
        return new DiskPart(
                disk.disk(),
                disk.target(),
                disk.level(),
                disk.reason(),
                disk.virtualSizeBytes(),
                disk.dirtyBytes(),
                disk.storedBytes(),
                disk.imageIdentity(),
                disk.epochBegun(),
                disk.newBytes());
    }

    private static Optional<Copy> copy(Optional<RestorePoint> point, RepositoryId repository, Set<CopyState> states) {
        return point.stream()
                .flatMap(found -> found.copies().stream())
                .filter(copy -> copy.repository().equals(repository) && states.contains(copy.state()))
                .findFirst();
    }

    private static Copy in(CopyState state, Copy copy) {
        return new Copy(
                copy.repository(),
                state,
                copy.commitDigest(),
                copy.storedBytes(),
                copy.newBytes(),
                copy.revision() + 1);
    }
}
