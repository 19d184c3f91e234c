package io.tidemark.agent.backup;

import io.tidemark.schemas.id.DomainUuid;
import java.util.HashMap;
import java.util.Map;

/// Counts the begins and ends of what takes a point in time, or removes one's bitmaps from images at rest, for each
/// domain, so that who looked at a domain meanwhile knows that its bitmaps may be older than a point that exists,
/// or were being written. Safe for many threads.
public final class PointBegins {
    private final Map<DomainUuid, Long> counts = new HashMap<>();

    /// Such a thing begins, or was done, or was not.
    public synchronized void moved(DomainUuid domain) {
        counts.merge(domain, 1L, Long::sum);
    }

    /// Another number than before means that such a thing was under way in between.
    public synchronized long count(DomainUuid domain) {
        return counts.getOrDefault(domain, 0L);
    }
}
