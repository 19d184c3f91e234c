package io.tidemark.orchestrator.repository.rest;

import io.tidemark.orchestrator.refusal.Given;
import io.tidemark.orchestrator.repository.Repository;
import io.tidemark.orchestrator.repository.RepositoryService;
import io.tidemark.schemas.id.RepositoryId;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.ResponseStatus;
import org.jspecify.annotations.Nullable;

/// Repositories over REST.
@Path("/api/v1/repositories")
@Tag(name = "repositories", description = "Where restore points are kept; known by id, placed by the agents")
public final class RepositoryResource {
    private final RepositoryService service;

    RepositoryResource(RepositoryService service) {
        this.service = service;
    }

    /// What a person sends to register one.
    public record Registration(@Nullable String id) {}

    /// A repository as a person reads it.
    public record View(
            RepositoryId id,
            String state,
            long incarnation,
            @Nullable String detail,
            int unlistedPoints,
            Instant registeredAt) {}

    @GET
    @Operation(summary = "Lists the registered repositories")
    public List<View> all() {
        return service.all().stream().map(RepositoryResource::view).toList();
    }

    @GET
    @Path("{id}")
    @Operation(summary = "Shows one repository")
    public View one(@PathParam("id") String id) {
        return view(service.repository(Given.required("id", id, RepositoryId::new)));
    }

    @POST
    @ResponseStatus(202)
    @Operation(
            summary = "Registers a repository and has its maintenance agent make it",
            description = "Its state goes from creating to ready or failed. Again: asks again unless it is ready.")
    public View register(@Nullable Registration registration) {
        return view(
                service.register(Given.required("id", Given.body(registration).id(), RepositoryId::new)));
    }

    private static View view(Repository repository) {
        return new View(
                repository.id(),
                repository.state().name().toLowerCase(Locale.ROOT),
                repository.incarnation(),
                repository.detail(),
                repository.unlistedPoints(),
                repository.registeredAt());
    }
}
