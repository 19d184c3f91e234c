package io.tidemark.agent.backup;

import io.tidemark.schemas.id.DomainUuid;

/// Is told of what happens to the host's domains. Must be quick, must not throw and must not ask the hypervisor.
public interface ChangeListener {
    /// Something may be different: a domain was defined, started, paused, resumed, stopped or removed, or the
    /// hypervisor was away and is back. It may be told more often than that.
    void changed();

    /// A domain was started. Told beside [#changed].
    default void started(DomainUuid domain) {}

    /// A domain's process ended without having closed its images. Told beside [#changed].
    default void died(DomainUuid domain) {}

    /// A domain was taken back to a snapshot. Told beside [#changed].
    default void reverted(DomainUuid domain) {}
}
