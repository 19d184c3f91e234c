package io.tidemark.orchestrator.incarnation;

/// Told, within the transaction, that the catalog took a new incarnation; several features may listen.
public interface IncarnationListener {
    void raised(long incarnation);
}
