package io.tidemark.orchestrator.catalog;

import io.tidemark.orchestrator.epoch.Epoch;
import io.tidemark.orchestrator.epoch.EpochBook;
import io.tidemark.orchestrator.epoch.Epochs;
import io.tidemark.orchestrator.epoch.Verdict.Broken;
import io.tidemark.orchestrator.host.Hosts;
import io.tidemark.orchestrator.tick.Tick;
import io.tidemark.schemas.id.VmId;
import io.tidemark.schemas.vocabulary.Reason;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/// Ends the epochs of trackers that have not backed their VM up for too long: a bitmap that nobody goes by costs
/// memory and time at each stop of the guest, and keeps a point. The end is told as any other, the checkpoint is
/// retired, and the tracker's next backup is full.
@ApplicationScoped
final class IdleTrackers implements Tick {
    private static final Logger LOG = Logger.getLogger(IdleTrackers.class);
    private static final Duration EVERY_MOST = Duration.ofMinutes(1);
    /// A limit of minutes is kept as well as one of weeks.
    private static final int SHARE_OF_LIMIT = 600;

    private final CatalogStore store;
    private final Epochs epochs;
    private final Hosts hosts;
    private final CheckpointKeeper checkpoints;
    private final CatalogSupplies supplies;

    IdleTrackers(
            CatalogStore store, Epochs epochs, Hosts hosts, CheckpointKeeper checkpoints, CatalogSupplies supplies) {
        this.store = store;
        this.epochs = epochs;
        this.hosts = hosts;
        this.checkpoints = checkpoints;
        this.supplies = supplies;
    }

    @Override
    public String name() {
        return "idle-trackers";
    }

    @Override
    public Duration every() {
        Duration share = supplies.trackers().idleAfter().dividedBy(SHARE_OF_LIMIT);
        return share.compareTo(EVERY_MOST) < 0 ? share : EVERY_MOST;
    }

    @Override
    public void run() {
        Instant cutoff = supplies.trackers().cutoff(supplies.clock());
        Set<VmId> suspects = supplies.transactions()
                .call(() -> epochs.all().stream()
                        .filter(epoch -> isOlder(epoch, cutoff))
                        .map(Epoch::vm)
                        .collect(Collectors.toSet()));
        suspects.forEach(vm -> expireAlone(vm, cutoff));
    }

    /// One VM that fails keeps none of the others from it.
    private void expireAlone(VmId vm, Instant cutoff) {
        try {
            supplies.transactions().run(() -> expire(vm, cutoff));
        } catch (RuntimeException e) {
            LOG.warnf(e, "VM %s: expected to look at idle trackers, is tried again", vm);
        }
    }

    private void expire(VmId vm, Instant cutoff) {
        if (!hosts.lock(vm) || !checkpoints.isQuiet(vm)) {
            return;
        }
        List<RestorePoint> points = store.points(vm);
        List<Epoch> idle = epochs.of(vm).stream()
                .filter(epoch -> isOlder(epoch, cutoff) && Superseded.isIdle(epoch.tracker(), points, cutoff))
                .toList();
        for (Epoch epoch : idle) {
            String detail = detail(epoch, points, supplies.trackers().idleAfter());
            LOG.infof("VM %s: an epoch of disk %s ends: %s", vm, epoch.disk(), detail);
            supplies.epochs()
                    .end(
                            new EpochBook.Key(vm, epoch.disk(), epoch.tracker()),
                            new Broken(Reason.TRACKER_EXPIRED, detail, 0));
        }
        if (!idle.isEmpty()) {
            checkpoints.retireUnneeded(vm);
        }
    }

    /// What its end says of a live epoch.
    static String detail(Epoch epoch, List<RestorePoint> points, Duration idleAfter) {
        return "tracker " + epoch.tracker() + ": expected a backup within " + idleAfter + ", found the last one of "
                + newest(epoch, points);
    }

    /// Of a differential, perhaps, which moves no epoch.
    private static Instant newest(Epoch epoch, List<RestorePoint> points) {
        return points.stream()
                .filter(point -> point.tracker().equals(epoch.tracker()) && !point.isCopy())
                .map(RestorePoint::takenAt)
                .max(Comparator.naturalOrder())
                .orElse(Objects.requireNonNull(epoch.validSince()));
    }

    private static boolean isOlder(Epoch epoch, Instant cutoff) {
        return epoch.isLive() && Objects.requireNonNull(epoch.validSince()).isBefore(cutoff);
    }
}
