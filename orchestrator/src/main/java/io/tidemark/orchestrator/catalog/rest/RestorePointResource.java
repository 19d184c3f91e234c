package io.tidemark.orchestrator.catalog.rest;

import io.tidemark.orchestrator.catalog.Catalog;
import io.tidemark.orchestrator.catalog.RestorePoint;
import io.tidemark.orchestrator.catalog.rest.RestorePointView.Needs;
import io.tidemark.orchestrator.outbox.Transactions;
import io.tidemark.orchestrator.refusal.Given;
import io.tidemark.orchestrator.refusal.Refusal;
import io.tidemark.schemas.id.RestorePointId;
import io.tidemark.schemas.id.VmId;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/// Restore points over REST.
@Path("/api/v1/restore-points")
@Tag(name = "restore points", description = "Recoverable states of VMs, as the repositories have committed them")
public final class RestorePointResource {
    private final Catalog catalog;
    private final Transactions transactions;

    RestorePointResource(Catalog catalog, Transactions transactions) {
        this.catalog = catalog;
        this.transactions = transactions;
    }

    @GET
    @Operation(
            summary = "Lists the restore points, oldest first",
            description = "vm: only those of this VM. Points whose every copy was removed are not listed.")
    public List<RestorePointView> all(@QueryParam("vm") @Nullable String vm) {
        VmId of = Given.optional("vm", vm, VmId::of);
        return transactions.call(() -> {
            Map<VmId, Needs> needs = new HashMap<>();
            List<RestorePoint> points = of == null ? catalog.points() : catalog.points(of);
            return points.stream()
                    .map(point -> RestorePointView.of(point, needs.computeIfAbsent(point.vm(), this::needs)))
                    .toList();
        });
    }

    @GET
    @Path("{id}")
    @Operation(summary = "Shows one restore point, disk by disk")
    public RestorePointView one(@PathParam("id") String id) {
        RestorePointId wanted = Given.required("id", id, RestorePointId::of);
        return transactions.call(() -> {
            RestorePoint point = catalog.point(wanted).orElseThrow(() -> new Refusal.NoSuch("restore point", wanted));
            return RestorePointView.of(point, needs(point.vm()));
        });
    }

    private Needs needs(VmId vm) {
        return new Needs(catalog.pinned(vm), catalog.holds(vm));
    }
}
