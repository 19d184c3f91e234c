package io.tidemark.orchestrator.catalog;

import io.tidemark.orchestrator.epoch.Epoch;
import io.tidemark.orchestrator.epoch.Epochs;
import io.tidemark.schemas.id.Attempt;
import io.tidemark.schemas.id.RestorePointId;
import io.tidemark.schemas.id.TrackerId;
import io.tidemark.schemas.id.VmId;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// Whose checkpoints have had their time, if nothing names them. Joins the caller's transaction.
@ApplicationScoped
final class Superseded {
    private final CatalogStore store;
    private final Epochs epochs;
    private final CatalogSupplies supplies;

    Superseded(CatalogStore store, Epochs epochs, CatalogSupplies supplies) {
        this.store = store;
        this.epochs = epochs;
        this.supplies = supplies;
    }

    /// Points with a newer catalogued one of the same tracker that may begin epochs. Removed ones count as
    /// superseded by any, and those of an idle tracker whose epochs have ended, for whatever reason, need no newer
    /// one: it may never be backed up again.
    Set<RestorePointId> of(VmId vm) {
        Set<TrackerId> live =
                epochs.of(vm).stream().filter(Epoch::isLive).map(Epoch::tracker).collect(Collectors.toSet());
        Instant cutoff = supplies.trackers().cutoff(supplies.clock());
        List<RestorePoint> listed = store.points(vm);
        Set<RestorePointId> superseded = new HashSet<>(store.checkpoints(vm).keySet());
        for (RestorePoint point : listed) {
            boolean isNewest = listed.stream()
                    .noneMatch(other ->
                            other.tracker().equals(point.tracker()) && other.mayBeginEpochs() && isNewer(other, point));
            if (isNewest && (live.contains(point.tracker()) || !isIdle(point.tracker(), listed, cutoff))) {
                superseded.remove(point.id());
            }
        }
        return superseded;
    }

    /// A differential, and an increment that could begin no bitmap, leave the epoch as old as it was, and use it.
    static boolean isIdle(TrackerId tracker, List<RestorePoint> points, Instant cutoff) {
        return points.stream()
                .filter(point -> point.tracker().equals(tracker) && !point.isCopy())
                .noneMatch(point -> point.takenAt().isAfter(cutoff));
    }

    private static boolean isNewer(RestorePoint other, RestorePoint point) {
        Attempt mine = point.attempt();
        Attempt theirs = other.attempt();
        return theirs != null && (mine == null || theirs.compareTo(mine) > 0);
    }
}
