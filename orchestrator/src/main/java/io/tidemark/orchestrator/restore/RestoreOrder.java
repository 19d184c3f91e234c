package io.tidemark.orchestrator.restore;

import io.tidemark.schemas.command.AgentCommand.NewDomain;
import io.tidemark.schemas.command.AgentCommand.RestoreTarget;
import io.tidemark.schemas.id.HostId;
import io.tidemark.schemas.id.RepositoryId;
import io.tidemark.schemas.id.RestorePointId;
import io.tidemark.schemas.id.VmId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What is restored, from where, and onto which host's new images.
///
/// @param newDomain the domain to define from it, beside the original; null for images only
public record RestoreOrder(
        RestorePointId point,
        VmId vm,
        RepositoryId repository,
        HostId host,
        List<RestoreTarget> disks,
        @Nullable NewDomain newDomain) {
    public RestoreOrder {
        disks = List.copyOf(disks);
    }
}
