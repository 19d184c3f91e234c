package io.tidemark.orchestrator.policy.rest;

import io.tidemark.orchestrator.policy.PolicyDraft;
import io.tidemark.orchestrator.policy.PolicyService;
import io.tidemark.orchestrator.refusal.Given;
import io.tidemark.schemas.id.PolicyId;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.ResponseStatus;
import org.jspecify.annotations.Nullable;

/// Policies over REST.
@Path("/api/v1/policies")
@Tag(name = "policies", description = "What is protected, when, into which repository and for how long")
public final class PolicyResource {
    private final PolicyService service;

    PolicyResource(PolicyService service) {
        this.service = service;
    }

    @GET
    @Operation(summary = "Lists the policies, by name")
    public List<PolicyView> all() {
        return service.all().stream().map(PolicyView::of).toList();
    }

    @GET
    @Path("{id}")
    @Operation(summary = "Shows one policy, when it is due next and what became of the last time")
    public PolicyView one(@PathParam("id") String id) {
        return PolicyView.of(service.policy(id(id)));
    }

    @POST
    @ResponseStatus(201)
    @Operation(
            summary = "Creates a policy",
            description = "schedule: cron (five fields) with zone, or interval (ISO 8601, from PT1S). selection: "
                    + "pattern (* and ?) or vms (ids or names). retention.keepLast: from 1.")
    public PolicyView create(@Nullable PolicyDraft draft) {
        return PolicyView.of(service.create(Given.body(draft)));
    }

    @PUT
    @Path("{id}")
    @Operation(summary = "Replaces a policy's name and terms")
    public PolicyView replace(@PathParam("id") String id, @Nullable PolicyDraft draft) {
        return PolicyView.of(service.replace(id(id), Given.body(draft)));
    }

    @DELETE
    @Path("{id}")
    @ResponseStatus(204)
    @Operation(summary = "Ends a policy; its restore points stay")
    public void delete(@PathParam("id") String id) {
        service.delete(id(id));
    }

    private static PolicyId id(String text) {
        return Given.required("id", text, PolicyId::of);
    }
}
