package io.tidemark.agent.repository.next.log;

import io.tidemark.agent.repository.RepositoryException.AttemptStale;
import io.tidemark.agent.repository.RepositoryException.ParentMissing;
import io.tidemark.agent.repository.SessionId;
import io.tidemark.agent.repository.WriteRequest;
import io.tidemark.schemas.id.Attempt;
import io.tidemark.schemas.id.RestorePointId;
import java.util.Optional;
import java.util.Set;

/// Whether an attempt may go on, by the log as it is. Pure.
///
/// @param incarnation the repository's own; a VM's log may have raised a higher one
public record WriteRules(WriteRequest request, long incarnation) {
    /// Refuses an attempt that a newer one, a closing, a commit or an incarnation keeps from writing, and a parent
    /// that is no point or another tracker's. A refusal ends the attempt.
    public void requireMayOpen(LogView view) {
        Attempt attempt = request.attempt();
        long lowest = Math.max(incarnation, view.incarnation());
        if (attempt.incarnation() < lowest) {
            throw stale("incarnation " + lowest + " or higher");
        }
        Optional<Attempt> newest = view.newestAttempt();
        if (newest.isPresent() && attempt.compareTo(newest.get()) < 0) {
            throw stale("no newer attempt, found " + newest.get());
        }
        if (view.isClosed(attempt)) {
            throw stale("it open, found it closed");
        }
        if (view.committed(attempt).isPresent() || view.commit(request.point()).isPresent()) {
            throw stale("no commit of it or its point yet, found one");
        }
        requireParent(view);
    }

    /// The same at the instant of the commit, and that each session that has made something for it is still open:
    /// what a closed one has made may be collected. The look at the parent is what keeps its packs: a parent that
    /// is a point here was one at each look of a collection that could have taken them.
    public void requireMayCommit(LogView view, Set<SessionId> sessions) {
        requireMayOpen(view);
        for (SessionId session : sessions) {
            if (!view.isOpen(session)) {
                throw stale("session " + session + " open, found " + (view.isClosed(session) ? "it closed" : "none"));
            }
        }
    }

    private void requireParent(LogView view) {
        RestorePointId parent = request.parent();
        if (parent != null
                && view.point(parent)
                        .filter(commit -> commit.record().tracker().equals(request.tracker()))
                        .isEmpty()) {
            throw new ParentMissing("Parent " + parent + ": expected a point of VM " + request.vm() + " and tracker "
                    + request.tracker() + ", found none or a removed one");
        }
    }

    private AttemptStale stale(String expected) {
        return new AttemptStale("Attempt " + request.attempt() + " on VM " + request.vm() + ": expected " + expected);
    }
}
