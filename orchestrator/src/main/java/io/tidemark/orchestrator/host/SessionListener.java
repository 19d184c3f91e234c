package io.tidemark.orchestrator.host;

import io.tidemark.schemas.id.HostId;

/// Told, within the transaction, that a host's agent began a new session; several features may listen.
public interface SessionListener {
    /// What was sent in earlier sessions is answered from the agent's journal, unless that was lost.
    void began(HostId host, boolean journalIntact);
}
