package io.tidemark.agent.repository.log;

import io.tidemark.agent.repository.SessionId;
import io.tidemark.agent.repository.log.LogRecord.RepackOpened;
import io.tidemark.agent.repository.log.LogView.Session;
import java.util.List;

/// Whether a repack may go on, by the log as it is. Pure. A repack that must not is given up, and nobody misses it.
public final class RepackRules {
    private RepackRules() {}

    /// Whether one may begin: that nobody writes or reads only saves work, as all counts at the record.
    public static boolean mayOpen(LogView view) {
        return view.openSessions().isEmpty();
    }

    /// Earlier repacks, which end so that another can begin: they have died, or are given up.
    public static List<SessionId> openRepacks(LogView view) {
        return view.openSessions().stream()
                .map(Session::opening)
                .filter(RepackOpened.class::isInstance)
                .map(LogRecord.Opening::session)
                .toList();
    }

    /// Whether a point may lie elsewhere from the next record on: nobody may take over from where it lies, or read
    /// there, or move it meanwhile; and what the session has made must not be collected.
    public static boolean mayRepack(LogView view, SessionId session) {
        List<Session> open = view.openSessions();
        return open.size() == 1 && open.getFirst().opening().session().equals(session);
    }
}
