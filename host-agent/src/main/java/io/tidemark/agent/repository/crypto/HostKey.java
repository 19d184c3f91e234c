package io.tidemark.agent.repository.crypto;

import io.tidemark.schemas.id.HostId;
import io.tidemark.schemas.id.RepositoryId;
import java.security.PublicKey;

/// The public half of a host's signing key, as one repository knows it.
public final class HostKey {
    private final RepositoryId repository;
    private final HostId host;
    private final PublicKey key;

    HostKey(RepositoryId repository, HostId host, PublicKey key) {
        this.repository = repository;
        this.host = host;
        this.key = key;
    }

    public HostId host() {
        return host;
    }

    public KeyId id() {
        return KeyId.of(key);
    }

    /// Whether the host has signed exactly this message for this repository.
    public boolean hasSigned(byte[] message, byte[] signature) {
        return RecordText.isSignature(key, Scope.signed(repository, message), signature);
    }

    @Override
    public String toString() {
        return "signing key " + id() + " of host " + host;
    }
}
