package io.tidemark.orchestrator.chain;

import io.tidemark.schemas.command.AgentCommand.DiskOrder;
import io.tidemark.schemas.id.RestorePointId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the agent is asked to do; it may only weaken incremental to full.
///
/// @param parent null when every disk is full
public record ChainProposal(@Nullable RestorePointId parent, List<DiskOrder> orders) {
    public ChainProposal {
        orders = List.copyOf(orders);
    }
}
