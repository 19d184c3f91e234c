package io.tidemark.agent.repository.log;

import io.tidemark.agent.repository.log.LogView.Session;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/// Whom to take for dead. Pure. A clock that is wrong costs a writer its work or a reader its restore, and never a
/// point.
public final class Deadness {
    private Deadness() {}

    /// The open sessions that were opened longer ago than `age`, in the order of their opening.
    public static List<Session> dead(LogView view, Instant now, Duration age) {
        return view.openSessions().stream()
                .filter(session ->
                        Duration.between(session.opening().openedAt(), now).compareTo(age) > 0)
                .toList();
    }
}
