package io.tidemark.orchestrator.rebuild;

import io.tidemark.orchestrator.incarnation.Incarnation;
import io.tidemark.orchestrator.incarnation.IncarnationListener;
import io.tidemark.schemas.id.Attempt;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;

/// The catalog's incarnation, and who must know of it. Joins the caller's transaction.
@ApplicationScoped
final class CatalogLife {
    private final Incarnation incarnation;
    private final List<IncarnationListener> listeners;

    CatalogLife(Incarnation incarnation, List<IncarnationListener> listeners) {
        this.incarnation = incarnation;
        this.listeners = listeners;
    }

    long incarnation() {
        return incarnation.current();
    }

    /// True if ours had to rise.
    boolean exceed(Attempt exported) {
        boolean isRaised = incarnation.exceed(exported);
        if (isRaised) {
            listeners.forEach(listener -> listener.raised(incarnation.current()));
        }
        return isRaised;
    }

    void holdDeletion() {
        incarnation.holdDeletion();
    }

    boolean holdsDeletion() {
        return incarnation.holdsDeletion();
    }
}
