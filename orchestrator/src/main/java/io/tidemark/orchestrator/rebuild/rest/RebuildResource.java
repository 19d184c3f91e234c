package io.tidemark.orchestrator.rebuild.rest;

import io.tidemark.orchestrator.export.ExportService;
import io.tidemark.orchestrator.export.ExportedText;
import io.tidemark.orchestrator.rebuild.RebuildService;
import io.tidemark.orchestrator.rebuild.Rebuilt;
import io.tidemark.orchestrator.refusal.Given;
import io.tidemark.schemas.id.ExportId;
import io.tidemark.schemas.id.RepositoryId;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import java.io.File;
import java.nio.file.Files;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/// Builds the catalog anew over REST.
@Path("/api/v1/catalog/rebuild")
@Tag(name = "catalog", description = "Which life of the catalog this is, and whether it may delete")
public final class RebuildResource {
    private final RebuildService service;
    private final ExportService exports;

    RebuildResource(RebuildService service, ExportService exports) {
        this.service = service;
        this.exports = exports;
    }

    /// Takes an export over.
    ///
    /// @param export where the server has put the body, until the answer is given
    @POST
    @Consumes("application/x-ndjson")
    @Operation(
            summary = "Lists what an export of a repository names",
            description = "repository: by which id it is registered. The body is what ./tidemark repo export-catalog "
                    + "writes. All of it is read first: 400 names the first line that is wrong, 409 what the catalog "
                    + "says otherwise, and nothing is changed then. What is listed already stays as it is. Nothing "
                    + "is removed from then on until somebody has seen the dry run of /api/v1/catalog/deletion-hold.")
    public Rebuilt rebuild(@QueryParam("repository") @Nullable String repository, @Nullable File export) {
        RepositoryId id = Given.required("repository", repository, RepositoryId::new);
        File file = Given.required("body", export);
        return service.rebuild(new ExportText(() -> Files.newInputStream(file.toPath()), id));
    }

    /// Takes an export over that was asked for.
    @POST
    @Path("{export}")
    @Operation(
            summary = "Lists what an export names that a repository's maintenance agent has made",
            description = "export: what POST /api/v1/catalog/exports answered; it must be complete. All else is as "
                    + "with an export in the body.")
    public Rebuilt rebuild(@PathParam("export") String export) {
        ExportedText text = exports.text(Given.required("export", export, ExportId::of));
        return service.rebuild(new ExportText(text::open, text.repository()));
    }
}
