package io.tidemark.agent.repository.crypto;

import io.tidemark.schemas.id.HostId;

/// As whom a process signs what it commits.
public record SigningHost(HostId id, HostSigner signer) {}
