package io.tidemark.orchestrator.outbox;

/// Takes messages within the transaction of the change that they announce. A relay sends them after the commit, in
/// order for each key, at least once.
public interface Outbox {
    void add(OutgoingMessage message);
}
