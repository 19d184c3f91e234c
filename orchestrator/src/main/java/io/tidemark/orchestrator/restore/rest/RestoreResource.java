package io.tidemark.orchestrator.restore.rest;

import io.tidemark.orchestrator.refusal.Given;
import io.tidemark.orchestrator.refusal.Refusal;
import io.tidemark.orchestrator.restore.RestoreOpening;
import io.tidemark.orchestrator.restore.RestoreRequest;
import io.tidemark.orchestrator.restore.RestoreService;
import io.tidemark.schemas.id.TaskId;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.ResponseStatus;
import org.jspecify.annotations.Nullable;

/// Restores over REST.
@Path("/api/v1/restores")
@Tag(name = "restores", description = "Restore points written back to new images on a host")
public final class RestoreResource {
    private static final int LISTED_MAX = 200;

    private final RestoreOpening opening;
    private final RestoreService service;

    RestoreResource(RestoreOpening opening, RestoreService service) {
        this.opening = opening;
        this.service = service;
    }

    @GET
    @Operation(summary = "Lists the newest 200 restores, newest first")
    public List<RestoreView> recent() {
        return service.recent(LISTED_MAX).stream().map(RestoreView::of).toList();
    }

    @GET
    @Path("{id}")
    @Operation(summary = "Shows one restore and how far it has come")
    public RestoreView one(@PathParam("id") String id) {
        return RestoreView.of(service.restore(id(id)));
    }

    @POST
    @ResponseStatus(202)
    @Operation(
            summary = "Restores a point to new images",
            description = "disks: target of the point, absolute path on the host that must not exist, format qcow2 "
                    + "or raw. repository and host may be left out. newDomain.name defines a domain from it.")
    public RestoreView open(@Nullable RestoreRequest request) {
        return RestoreView.of(opening.open(Given.body(request)));
    }

    @POST
    @Path("{id}/cancel")
    @ResponseStatus(202)
    @Operation(summary = "Asks a restore to stop")
    public RestoreView cancel(@PathParam("id") String id) {
        if (!service.cancel(id(id))) {
            throw new Refusal.Conflict("restore " + id, "one that has not ended", "one that has");
        }
        return one(id);
    }

    private static TaskId id(String text) {
        return Given.required("id", text, TaskId::of);
    }
}
