package io.tidemark.orchestrator.chain;

import io.tidemark.orchestrator.catalog.RestorePoint;
import io.tidemark.orchestrator.catalog.RestorePoint.DiskPart;
import io.tidemark.orchestrator.epoch.Epoch;
import io.tidemark.orchestrator.host.Disk;
import io.tidemark.schemas.command.AgentCommand.DiskOrder;
import io.tidemark.schemas.id.DiskId;
import io.tidemark.schemas.id.RestorePointId;
import io.tidemark.schemas.id.TrackerId;
import io.tidemark.schemas.vocabulary.BackupLevel;
import io.tidemark.schemas.vocabulary.Level;
import io.tidemark.schemas.vocabulary.Reason;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Proposes one parent for the VM: the newest point that a live epoch names and the repository holds. A disk whose
/// epoch names exactly that point is incremental; any other is full, and says why. A tracker without an epoch gets
/// none where the VM has as many as it may. Pure.
public final class ChainDecider {
    private final ChainFacts facts;
    private final Map<DiskId, Epoch> epochs = new HashMap<>();
    private final Map<RestorePointId, RestorePoint> points = new HashMap<>();
    private final @Nullable RestorePoint parent;
    private final boolean hasNoPlace;

    private ChainDecider(ChainFacts facts) {
        this.facts = facts;
        facts.epochs().stream()
                .filter(epoch -> epoch.tracker().equals(facts.target().tracker()))
                .forEach(epoch -> epochs.put(epoch.disk(), epoch));
        facts.points().stream()
                .filter(point -> point.tracker().equals(facts.target().tracker()) && !point.isCopy())
                .forEach(point -> points.put(point.id(), point));
        this.hasNoPlace = hasNoPlace(facts);
        this.parent = facts.level() == BackupLevel.INCREMENTAL ? newestParent() : null;
    }

    /// Each tracker with an epoch is a bitmap on every disk that QEMU keeps in memory and stores at each stop.
    private static boolean hasNoPlace(ChainFacts facts) {
        Set<TrackerId> begun = facts.epochs().stream()
                .filter(Epoch::isLive)
                .map(Epoch::tracker)
                .collect(Collectors.toSet());
        return !begun.contains(facts.target().tracker())
                && begun.size() >= facts.target().trackersMax();
    }

    /// The proposal for a backup that begins now.
    public static ChainProposal propose(ChainFacts facts) {
        ChainDecider decider = new ChainDecider(facts);
        List<DiskOrder> orders =
                facts.disks().stream().filter(Disk::present).map(decider::order).toList();
        boolean isIncremental = orders.stream().anyMatch(order -> order.level() == Level.INCREMENTAL);
        RestorePoint parent = decider.parent;
        return new ChainProposal(isIncremental && parent != null ? parent.id() : null, orders);
    }

    private @Nullable RestorePoint newestParent() {
        return facts.disks().stream()
                .filter(Disk::present)
                .map(disk -> epochs.get(disk.id()))
                .filter(Objects::nonNull)
                .map(epoch -> points.get(epoch.point()))
                .filter(Objects::nonNull)
                .filter(point -> point.isAvailableIn(facts.target().repository()))
                .max(RestorePoint.OLDEST_FIRST)
                .orElse(null);
    }

    private DiskOrder order(Disk disk) {
        Optional<DiskPart> before = parent == null
                ? Optional.empty()
                : parent.disks().stream()
                        .filter(part -> part.disk().equals(disk.id()))
                        .findFirst();
        Reason reason = reasonForFull(disk, before);
        return reason == null
                ? new DiskOrder(
                        disk.id(),
                        disk.target(),
                        disk.serial(),
                        Level.INCREMENTAL,
                        null,
                        before.map(DiskPart::imageIdentity).orElseThrow())
                : new DiskOrder(disk.id(), disk.target(), disk.serial(), Level.FULL, reason, null);
    }

    /// Null when the disk may be incremental.
    private @Nullable Reason reasonForFull(Disk disk, Optional<DiskPart> before) {
        if (hasNoPlace && disk.trackable() && facts.level() != BackupLevel.COPY) {
            return Reason.TRACKER_LIMIT;
        }
        return switch (facts.level()) {
            case COPY -> Reason.COPY;
            case FULL -> Reason.FORCED_FULL;
            case INCREMENTAL -> reasonForNoIncrement(disk, before);
        };
    }

    private @Nullable Reason reasonForNoIncrement(Disk disk, Optional<DiskPart> before) {
        if (!disk.trackable()) {
            return Objects.requireNonNullElse(disk.whyNot(), Reason.TRACKING_UNSUPPORTED);
        }
        if (points.isEmpty()) {
            return Reason.FIRST_BACKUP;
        }
        Epoch epoch = epochs.get(disk.id());
        if (epoch == null) {
            return Reason.DISK_ADDED;
        }
        if (epoch.point() == null) {
            Reason ended = epoch.reason();
            return ended == null || ended.beginsNoBitmap() ? Reason.NOT_TRACKED : ended; // there is place by now
        }
        if (parent == null || !epoch.point().equals(parent.id()) || before.isEmpty()) {
            return reasonForNoParent(epoch.point());
        }
        return before.get().virtualSizeBytes() == disk.virtualSizeBytes() ? null : Reason.DISK_RESIZED;
    }

    private Reason reasonForNoParent(RestorePointId named) {
        RestorePoint point = points.get(named);
        boolean isElsewhere = point != null
                && point.copies().stream()
                        .anyMatch(copy -> point.isAvailableIn(copy.repository())
                                && !copy.repository().equals(facts.target().repository()));
        boolean isHere = point != null && point.isAvailableIn(facts.target().repository());
        return isElsewhere && !isHere ? Reason.REPOSITORY_CHANGED : Reason.PARENT_MISSING;
    }
}
