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
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Proposes one parent for the VM: the newest point that a live epoch names and the repository holds. A disk whose
/// epoch names exactly that point is incremental; any other is full, and says why. A differential differs from a
/// full that the epoch of every disk names, or else is full on every disk. A tracker without an epoch gets none
/// where the VM has as many as it may. Pure.
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
        this.parent = parent();
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
        List<DiskOrder> orders = decider.present().map(decider::order).toList();
        boolean isIncremental = orders.stream().anyMatch(order -> order.level() == Level.INCREMENTAL);
        RestorePoint parent = decider.parent;
        return new ChainProposal(isIncremental && parent != null ? parent.id() : null, orders);
    }

    private @Nullable RestorePoint parent() {
        return switch (facts.level()) {
            case FULL, COPY -> null;
            case INCREMENTAL -> newestNamed().orElse(null);
            case DIFFERENTIAL -> newestNamed().filter(this::isFullOfAll).orElse(null);
        };
    }

    private Optional<RestorePoint> newestNamed() {
        return present().flatMap(disk -> named(disk).stream()).max(RestorePoint.OLDEST_FIRST);
    }

    private Stream<Disk> present() {
        return facts.disks().stream().filter(Disk::present);
    }

    /// The point of the disk's epoch, if the repository holds it.
    private Optional<RestorePoint> named(Disk disk) {
        return Optional.ofNullable(epochs.get(disk.id()))
                .map(epoch -> points.get(epoch.point()))
                .filter(point -> point.isAvailableIn(facts.target().repository()));
    }

    /// A disk that stands elsewhere would be full each time, as a differential begins no epoch.
    private boolean isFullOfAll(RestorePoint point) {
        return point.level() == BackupLevel.FULL
                && present().filter(Disk::trackable).allMatch(disk -> reasonForNoIncrement(disk, point) == null);
    }

    private DiskOrder order(Disk disk) {
        Reason reason = reasonForFull(disk);
        if (reason != null) {
            return new DiskOrder(disk.id(), disk.target(), disk.serial(), Level.FULL, reason, null);
        }
        DiskPart before = before(disk, parent).orElseThrow();
        Reason differential = facts.level() == BackupLevel.DIFFERENTIAL ? Reason.DIFFERENTIAL : null;
        return new DiskOrder(
                disk.id(), disk.target(), disk.serial(), Level.INCREMENTAL, differential, before.imageIdentity());
    }

    private static Optional<DiskPart> before(Disk disk, @Nullable RestorePoint point) {
        return point == null
                ? Optional.empty()
                : point.disks().stream()
                        .filter(part -> part.disk().equals(disk.id()))
                        .findFirst();
    }

    /// Null when the disk may be incremental.
    private @Nullable Reason reasonForFull(Disk disk) {
        if (hasNoPlace && disk.trackable() && facts.level() != BackupLevel.COPY) {
            return Reason.TRACKER_LIMIT;
        }
        return switch (facts.level()) {
            case COPY -> Reason.COPY;
            case FULL -> Reason.FORCED_FULL;
            case INCREMENTAL -> reasonForNoIncrement(disk, parent);
            case DIFFERENTIAL -> reasonForNoDifferential(disk);
        };
    }

    /// What keeps the disk itself from an increment says more than that another one is kept from it.
    private @Nullable Reason reasonForNoDifferential(Disk disk) {
        if (parent != null) {
            return reasonForNoIncrement(disk, parent);
        }
        Reason own = reasonForNoIncrement(disk, named(disk).orElse(null));
        return own == null ? Reason.NO_FULL_TO_DIFFER_FROM : own;
    }

    private @Nullable Reason reasonForNoIncrement(Disk disk, @Nullable RestorePoint base) {
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
        Optional<DiskPart> before = before(disk, base);
        if (base == null || !epoch.point().equals(base.id()) || before.isEmpty()) {
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
