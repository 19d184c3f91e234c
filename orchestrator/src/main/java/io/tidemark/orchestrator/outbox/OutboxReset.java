package io.tidemark.orchestrator.outbox;

/// Forgets all that was meant to be sent; only for a catalog that takes a new incarnation.
public interface OutboxReset {
    void clear();
}
