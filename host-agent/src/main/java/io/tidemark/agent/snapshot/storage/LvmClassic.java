package io.tidemark.agent.snapshot.storage;

import io.tidemark.agent.backup.HypervisorException.DomainBusy;
import io.tidemark.agent.snapshot.SnapshotException;
import io.tidemark.agent.snapshot.Volume;
import io.tidemark.agent.snapshot.VolumeSnapshots;
import io.tidemark.schemas.event.AgentEvent.SnapshotReport;
import io.tidemark.schemas.id.SnapshotName;
import io.tidemark.schemas.vocabulary.FailureReason;
import io.tidemark.schemas.vocabulary.SnapshotMechanism;
import io.tidemark.schemas.vocabulary.SnapshotMember;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Copy-on-write snapshots of logical volumes that are not thin, each with room for every block of its volume, so
/// that none can overflow. A revert merges the snapshot, which LVM removes with that, and takes it anew; a tag on
/// the volume says meanwhile that the volume holds what the snapshot held.
public final class LvmClassic implements VolumeSnapshots {
    private static final String REVERTED = "tidemark-reverted-to=";
    private static final long MARGIN_BYTES = 64L << 20;
    /// A chunk of 4 KiB, the smallest, says of 256 others where they are: Linux, `drivers/md/dm-snap-persistent.c`.
    private static final long CHUNKS_A_MAP_MIN = 256;
    /// LVM looks at a merge so often; its own default is 15 s.
    private static final String LOOK_EVERY_SECONDS = "1";
    /// How often to look at a merge that somebody else polls, once a second.
    private static final int LOOKS_MAX = 60;

    private final HostCommands commands;
    private final LvmSnapshots lvm;

    public LvmClassic(HostTools tools) {
        this.commands = new HostCommands(tools);
        this.lvm = new LvmSnapshots(SnapshotMechanism.LVM_CLASSIC, commands);
    }

    @Override
    public SnapshotMechanism mechanism() {
        return SnapshotMechanism.LVM_CLASSIC;
    }

    @Override
    public Optional<String> whyNot(Volume volume) {
        return lvm.whyNot(volume, LvmClassic::whyNot);
    }

    private static Optional<String> whyNot(LogicalVolume found) {
        if (!found.origin().isEmpty()) {
            return Optional.of("expected no snapshot, found one of " + found.origin());
        }
        return found.segment().startsWith("thin")
                ? Optional.of("expected a logical volume that is not thin, found " + found.segment())
                : Optional.empty();
    }

    @Override
    public SnapshotMember plan(Volume volume, SnapshotName name) {
        LvmGroup group = lvm.requireFit(volume, LvmClassic::whyNot);
        return lvm.plan(volume, group, name, size(group.volume()));
    }

    /// LVM reduces more than can be used to what can, before it looks for room. `100%ORIGIN` would be too small:
    /// what is kept takes room of its own to be found in.
    private static List<String> size(LogicalVolume origin) {
        return List.of("-L", 2 * origin.sizeBytes() + MARGIN_BYTES + "b");
    }

    @Override
    public void take(Volume volume, SnapshotMember planned) {
        take(lvm.require(volume), planned);
    }

    private void take(LvmGroup group, SnapshotMember planned) {
        lvm.take(group, planned, size(group.volume()));
    }

    @Override
    public List<SnapshotReport> list(Volume volume) {
        return lvm.list(volume, LvmClassic::told);
    }

    private static List<String> told(LogicalVolume origin, LogicalVolume snapshot) {
        if (snapshot.state().isLost()) {
            return List.of("nothing: it was full and is lost, and can only be deleted");
        }
        if (snapshot.state().isMerging()) {
            return List.of("the volume: it is being merged into it");
        }
        double percent = snapshot.filled().dataPercent();
        return canOverflow(origin, snapshot) && !Double.isNaN(percent)
                ? List.of(String.format(
                        Locale.ROOT, "nothing; it is lost as soon as it is full, and is %.1f %% full", percent))
                : List.of();
    }

    /// One with room for each block of the volume, and for where each is, cannot.
    private static boolean canOverflow(LogicalVolume origin, LogicalVolume snapshot) {
        return snapshot.sizeBytes() <= origin.sizeBytes() + origin.sizeBytes() / CHUNKS_A_MAP_MIN;
    }

    @Override
    public void revert(Volume volume, SnapshotMember member) {
        LvmGroup group = lvm.require(volume);
        LogicalVolume origin = group.volume();
        String reverted = REVERTED + member.storageName();
        Optional<LogicalVolume> snapshot = LvmSnapshots.snapshot(group, member);
        if (snapshot.isEmpty() && !origin.tags().contains(reverted)) {
            throw LvmSnapshots.gone(origin, member);
        }
        LvmSnapshots.requireFree(volume, origin);
        if (snapshot.isPresent()) {
            requireWhole(snapshot.get());
            LvmSnapshots.requireFree(volume, snapshot.get());
            requireRoomInOthers(group, snapshot.get());
            lvm.tag(origin, reverted);
            group = merged(group, snapshot.get());
        }
        take(group, member);
        lvm.untag(origin, reverted);
    }

    private static void requireWhole(LogicalVolume snapshot) {
        if (snapshot.state().isLost()) {
            throw new SnapshotException(
                    FailureReason.SNAPSHOT_CHANGED,
                    "snapshot " + snapshot.device() + ": expected it whole, found that it was full and is lost");
        }
    }

    /// What a merge writes is copied to every other snapshot first; one that overflows by that is lost.
    private static void requireRoomInOthers(LvmGroup group, LogicalVolume merged) {
        for (LogicalVolume other : group.all()) {
            boolean isOther = other.origin().equals(group.volume().name())
                    && !other.name().equals(merged.name());
            if (isOther
                    && canOverflow(group.volume(), other)
                    && !other.state().isLost()
                    && merged.usedBytes() > other.sizeBytes() - other.usedBytes()) {
                throw new SnapshotException(
                        FailureReason.SNAPSHOT_NEEDED,
                        "snapshot " + other.device() + ": expected room for " + merged.usedBytes()
                                + " bytes that a revert to " + merged.device() + " would copy to it, found "
                                + (other.sizeBytes() - other.usedBytes()));
            }
        }
    }

    /// The group once the snapshot is merged, and gone by that.
    private LvmGroup merged(LvmGroup group, LogicalVolume snapshot) {
        String origin = group.volume().path();
        if (!snapshot.state().isMerging()) {
            commands.doneAtLength("lvconvert", "-y", "-q", "-i", LOOK_EVERY_SECONDS, "--merge", snapshot.path());
        } else { // one that was put off, as somebody had the volume open, or that was cut off
            commands.done("lvchange", "-q", "--refresh", origin);
            commands.done("lvchange", "-q", "--poll", "y", origin);
        }
        LvmGroup now = lvm.again(group);
        for (int looks = 0; now.find(snapshot.name()).isPresent(); looks++) {
            if (looks == LOOKS_MAX) {
                throw new DomainBusy( // not refused: the volume is being put back, and may not be started meanwhile
                        "volume " + origin + ": expected " + snapshot.device() + " to be merged within " + LOOKS_MAX
                                + " s, found that it is not yet; the merge goes on");
            }
            commands.done("sleep", LOOK_EVERY_SECONDS);
            now = lvm.again(group);
        }
        return now;
    }

    /// A merge that was begun is ended first, as LVM does not let go of it.
    @Override
    public void delete(Volume volume, SnapshotMember member) {
        LvmGroup group = lvm.require(volume);
        Optional<LogicalVolume> snapshot = LvmSnapshots.snapshot(group, member);
        if (snapshot.isPresent() && snapshot.get().state().isMerging()) {
            merged(group, snapshot.get());
        } else {
            snapshot.ifPresent(lvm::remove);
        }
        String reverted = REVERTED + member.storageName();
        if (group.volume().tags().contains(reverted)) {
            lvm.untag(group.volume(), reverted);
        }
    }
}
