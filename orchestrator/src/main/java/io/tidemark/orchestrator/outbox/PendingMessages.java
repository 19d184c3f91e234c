package io.tidemark.orchestrator.outbox;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Committed outbox rows, seen by one relay at a time. Every call may fail with an unchecked exception while the
/// database is away; the relay then lets go and tries again.
public interface PendingMessages {
    /// Becomes or stays the one relay; false while another process is.
    boolean hold();

    /// The next rows in the order of their sequence, at most `max` and none of these topics; empty when no other
    /// waits.
    List<Pending> next(int max, Set<String> without);

    /// Forgets rows that the broker has.
    void sent(List<Long> sequences);

    /// Lets another relay take over. Safe to call twice.
    void release();

    /// One row; a null body is a tombstone.
    record Pending(
            long sequence,
            String topic,
            String key,
            Map<String, String> headers,
            @Nullable String body) {
        public Pending {
            headers = Map.copyOf(headers);
        }
    }
}
