package io.tidemark.orchestrator.inbox;

/// Judges by topic and session whether a host's message counts.
public interface Gatekeeper {
    /// False for a message of a session that is not, or no longer, the host's; throws [UnacceptableMessage] for one
    /// that names another speaker than its topic's.
    boolean accepts(Received<?> received);
}
