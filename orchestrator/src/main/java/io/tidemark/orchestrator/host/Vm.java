package io.tidemark.orchestrator.host;

import io.tidemark.schemas.id.DomainUuid;
import io.tidemark.schemas.id.HostId;
import io.tidemark.schemas.id.VmId;
import io.tidemark.schemas.vocabulary.VmState;
import org.jspecify.annotations.Nullable;

/// A VM and its placement.
///
/// @param host the host that it was last seen on; null when it is known from a repository only
/// @param present whether the last report of its host names it
public record Vm(
        VmId id,
        DomainUuid domain,
        String name,
        @Nullable HostId host,
        VmState state,
        boolean present,
        long revision) {}
