package io.tidemark.orchestrator.policy;

import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.partitioningBy;
import static java.util.stream.Collectors.toList;

import io.tidemark.orchestrator.catalog.RestorePoint;
import io.tidemark.schemas.id.RestorePointId;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Which restore points of one VM in one repository may go. Pure.
final class Retention {
    private Retention() {}

    /// Copies are counted apart from the other points, so that neither takes the place of the other.
    static List<RestorePointId> beyond(List<RestorePoint> oldestFirst, Set<RestorePointId> pinned, int keepLast) {
        Map<Boolean, List<RestorePointId>> apart =
                oldestFirst.stream().collect(partitioningBy(RestorePoint::isCopy, mapping(RestorePoint::id, toList())));
        return apart.values().stream()
                .flatMap(points -> removable(points, pinned, keepLast).stream())
                .toList();
    }

    /// The points beyond the `keepLast` newest, without those that something still needs. A pinned point is kept
    /// beside the newest ones and does not take one of their places; the newest point is never named.
    ///
    /// @param oldestFirst the available points
    /// @param pinned points that an epoch or a task in flight names, or that are held
    static List<RestorePointId> removable(List<RestorePointId> oldestFirst, Set<RestorePointId> pinned, int keepLast) {
        if (keepLast < 1) {
            throw new IllegalArgumentException("keepLast: expected a number from 1, found " + keepLast);
        }
        int beyond = Math.max(0, oldestFirst.size() - keepLast);
        return oldestFirst.subList(0, beyond).stream()
                .filter(point -> !pinned.contains(point))
                .toList();
    }
}
