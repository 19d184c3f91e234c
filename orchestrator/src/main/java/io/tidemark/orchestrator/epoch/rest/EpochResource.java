package io.tidemark.orchestrator.epoch.rest;

import io.tidemark.orchestrator.epoch.Epoch;
import io.tidemark.orchestrator.epoch.Epochs;
import io.tidemark.orchestrator.outbox.Transactions;
import io.tidemark.orchestrator.refusal.Given;
import io.tidemark.schemas.id.VmId;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/// Epochs over REST.
@Path("/api/v1/epochs")
@Tag(name = "epochs", description = "Since when each disk's dirty bitmap is valid, or why there is none")
public final class EpochResource {
    private final Epochs epochs;
    private final Transactions transactions;

    EpochResource(Epochs epochs, Transactions transactions) {
        this.epochs = epochs;
        this.transactions = transactions;
    }

    @GET
    @Operation(
            summary = "Lists the epochs as last known",
            description = "vm: only those of this VM. Without a token, reason says why the next backup is full.")
    public List<Epoch> all(@QueryParam("vm") @Nullable String vm) {
        VmId of = Given.optional("vm", vm, VmId::of);
        return transactions.call(() -> of == null ? epochs.all() : epochs.of(of));
    }
}
