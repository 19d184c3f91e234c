package io.tidemark.orchestrator.policy;

import io.tidemark.schemas.id.RestorePointId;
import java.util.List;
import java.util.Set;

/// Which restore points of one VM in one repository may go. Pure.
final class Retention {
    private Retention() {}

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
