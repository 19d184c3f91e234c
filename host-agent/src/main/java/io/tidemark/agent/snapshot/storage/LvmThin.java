package io.tidemark.agent.snapshot.storage;

import io.tidemark.agent.snapshot.SnapshotException;
import io.tidemark.agent.snapshot.Volume;
import io.tidemark.agent.snapshot.VolumeSnapshots;
import io.tidemark.schemas.event.AgentEvent.SnapshotReport;
import io.tidemark.schemas.id.SnapshotName;
import io.tidemark.schemas.vocabulary.FailureReason;
import io.tidemark.schemas.vocabulary.SnapshotMechanism;
import io.tidemark.schemas.vocabulary.SnapshotMember;
import java.util.List;
import java.util.Optional;

/// Thin snapshots of thin logical volumes. A revert makes a thin snapshot of the snapshot and gives it the volume's
/// name; between two renames nothing has that name, until the revert is done again.
///
/// `lvconvert --merge` is not used, as LVM merges a snapshot of the volume only, and after one such merge it has
/// forgotten of what volume all other snapshots are (observed with LVM 2.03.16).
public final class LvmThin implements VolumeSnapshots {
    /// A pool that is full stops the writes of every volume in it; one whose metadata is may have to be repaired.
    private static final double POOL_PERCENT_MAX = 95;

    private final LvmSnapshots lvm;
    private final LvmSwap swap;

    public LvmThin(HostTools tools) {
        var commands = new HostCommands(tools);
        this.lvm = new LvmSnapshots(SnapshotMechanism.LVM_THIN, commands);
        this.swap = new LvmSwap(lvm, commands);
    }

    @Override
    public SnapshotMechanism mechanism() {
        return SnapshotMechanism.LVM_THIN;
    }

    @Override
    public Optional<String> whyNot(Volume volume) {
        return lvm.whyNot(volume, LvmThin::whyNot);
    }

    private static Optional<String> whyNot(LogicalVolume found) {
        return found.isThin()
                ? Optional.empty()
                : Optional.of("expected a thin logical volume, found " + found.segment());
    }

    @Override
    public SnapshotMember plan(Volume volume, SnapshotName name) {
        LvmGroup group = lvm.requireFit(volume, LvmThin::whyNot);
        requireRoom(volume, group);
        return lvm.plan(volume, group, name, List.of());
    }

    private static void requireRoom(Volume volume, LvmGroup group) {
        group.find(group.volume().pool()).ifPresent(pool -> {
            double percent = Math.max(pool.filled().dataPercent(), pool.filled().metadataPercent());
            if (percent > POOL_PERCENT_MAX) {
                throw new SnapshotException(
                        FailureReason.NO_SPACE,
                        volume + ": expected the thin pool " + pool.path() + " to be at most " + POOL_PERCENT_MAX
                                + " % full, found its data " + pool.filled().dataPercent() + " % and its metadata "
                                + pool.filled().metadataPercent() + " % full");
            }
        });
    }

    @Override
    public void take(Volume volume, SnapshotMember planned) {
        lvm.take(lvm.require(volume), planned, List.of());
    }

    @Override
    public List<SnapshotReport> list(Volume volume) {
        return lvm.list(volume, (_, _) -> List.of());
    }

    @Override
    public void revert(Volume volume, SnapshotMember member) {
        swap.end(member);
        LvmGroup group = lvm.require(volume);
        LogicalVolume origin = group.volume();
        LogicalVolume snapshot =
                LvmSnapshots.snapshot(group, member).orElseThrow(() -> LvmSnapshots.gone(origin, member));
        LvmSnapshots.requireFree(volume, origin);
        LvmSnapshots.requireNoneGoesWith(group, origin);
        swap.begin(group, snapshot);
        swap.end(member);
    }

    @Override
    public void delete(Volume volume, SnapshotMember member) {
        swap.end(member);
        LvmGroup group = lvm.require(volume);
        LvmSnapshots.snapshot(group, member).ifPresent(snapshot -> {
            LvmSnapshots.requireNoneGoesWith(group, snapshot);
            lvm.remove(snapshot);
        });
    }
}
