package io.tidemark.agent.backup;

import io.tidemark.schemas.id.DomainUuid;
import java.util.HashMap;
import java.util.Map;

/// Counts the begins and ends of what takes a point in time, for each domain, so that who looked at a domain
/// meanwhile knows that its bitmaps may be older than a point that exists. Safe for many threads.
public final class PointBegins {
    private final Map<DomainUuid, Long> counts = new HashMap<>();

    /// A point in time begins to be taken, or was, or was not.
    public synchronized void moved(DomainUuid domain) {
        counts.merge(domain, 1L, Long::sum);
    }

    /// Another number than before means that a point in time was being taken in between.
    public synchronized long count(DomainUuid domain) {
        return counts.getOrDefault(domain, 0L);
    }
}
