package io.tidemark.orchestrator.export.rest;

import io.tidemark.orchestrator.export.AskedExport;
import io.tidemark.orchestrator.export.ExportService;
import io.tidemark.orchestrator.export.ExportState.Arriving;
import io.tidemark.orchestrator.export.ExportState.Asked;
import io.tidemark.orchestrator.export.ExportState.Complete;
import io.tidemark.orchestrator.export.ExportState.Failed;
import io.tidemark.orchestrator.refusal.Given;
import io.tidemark.schemas.id.ExportId;
import io.tidemark.schemas.id.RepositoryId;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import java.time.Instant;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.ResponseStatus;
import org.jspecify.annotations.Nullable;

/// Exports over REST.
@Path("/api/v1/catalog/exports")
@Tag(name = "catalog", description = "Which life of the catalog this is, and whether it may delete")
public final class ExportResource {
    private final ExportService service;

    ExportResource(ExportService service) {
        this.service = service;
    }

    /// An export as a person reads it.
    ///
    /// @param state `asked`, `arriving`, `complete` or `failed`
    /// @param pages how many it has; 0 while none has come
    /// @param pagesHeard how many of them have come
    /// @param detail why it failed
    public record View(
            ExportId export,
            RepositoryId repository,
            Instant askedAt,
            String state,
            int pages,
            int pagesHeard,
            @Nullable String detail) {}

    @POST
    @ResponseStatus(202)
    @Operation(
            summary = "Asks a repository's maintenance agent for an export",
            description = "repository: by which id it is registered. The state goes from asked over arriving to "
                    + "complete or failed, and stays at asked as long as no agent answers. An earlier export of the "
                    + "repository is forgotten. POST /api/v1/catalog/rebuild/{export} takes a complete one over.")
    public View ask(@QueryParam("repository") @Nullable String repository) {
        return view(service.ask(Given.required("repository", repository, RepositoryId::new)));
    }

    @GET
    @Path("{export}")
    @Operation(summary = "Shows what has come of an export")
    public View one(@PathParam("export") String export) {
        return view(service.export(Given.required("export", export, ExportId::of)));
    }

    private static View view(AskedExport export) {
        return switch (export.state()) {
            case Asked _ -> view(export, "asked", new Count(0, 0), null);
            case Arriving(String _, int pages, Set<Integer> kept) ->
                view(export, "arriving", new Count(pages, kept.size()), null);
            case Complete(String _, int pages) -> view(export, "complete", new Count(pages, pages), null);
            case Failed(String why) -> view(export, "failed", new Count(0, 0), why);
        };
    }

    private record Count(int pages, int heard) {}

    private static View view(AskedExport export, String state, Count count, @Nullable String detail) {
        return new View(
                export.id(), export.repository(), export.askedAt(), state, count.pages(), count.heard(), detail);
    }
}
