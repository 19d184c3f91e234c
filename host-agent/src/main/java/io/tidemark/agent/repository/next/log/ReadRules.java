package io.tidemark.agent.repository.next.log;

import io.tidemark.agent.repository.PointKey;
import io.tidemark.agent.repository.RepositoryException.NoSuchPoint;
import io.tidemark.agent.repository.next.log.LogView.Commit;

/// Whether a point may be read, by the log as it is. Pure.
public final class ReadRules {
    private ReadRules() {}

    /// The commit of the point, at the instant at which the read session opens. A prune that comes later takes
    /// nothing from the reader.
    public static Commit requireMayOpen(LogView view, PointKey point) {
        return view.point(point.point())
                .orElseThrow(() -> new NoSuchPoint(
                        "Point " + point.point() + " of VM " + point.vm() + ": expected a commit, found none"));
    }
}
