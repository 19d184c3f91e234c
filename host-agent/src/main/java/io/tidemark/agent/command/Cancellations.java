package io.tidemark.agent.command;

import io.tidemark.schemas.id.TaskId;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Brings a cancel to the work it names, whichever comes first. Safe for many threads.
///
/// @param <W> what is cancelled
final class Cancellations<W> {
    /// Cancels that found no work are remembered up to this number; then the oldest is forgotten.
    static final int EARLY_MAX = 1000;

    private final Map<TaskId, W> accepted = new HashMap<>();
    private final LinkedHashSet<TaskId> early = new LinkedHashSet<>();

    /// Notes accepted work. False if its cancel came first; then it is not noted.
    synchronized boolean accepted(TaskId task, W work) {
        if (early.remove(task)) {
            return false;
        }
        accepted.put(task, work);
        return true;
    }

    /// The work to cancel; if there is none (yet), the cancel is remembered.
    synchronized Optional<W> cancelled(TaskId task) {
        W work = accepted.get(task);
        if (work == null) {
            early.add(task);
            if (early.size() > EARLY_MAX) {
                early.removeFirst();
            }
        }
        return Optional.ofNullable(work);
    }

    /// Notes that the work has ended.
    synchronized void ended(TaskId task, W work) {
        accepted.remove(task, work);
    }

    /// Everything that was accepted and has not ended.
    synchronized List<W> all() {
        return List.copyOf(accepted.values());
    }
}
