package io.tidemark.orchestrator.incarnation.rest;

import io.tidemark.orchestrator.incarnation.Incarnation;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/// The catalog as a whole over REST.
@Path("/api/v1/catalog")
@Tag(name = "catalog", description = "Which life of the catalog this is, and whether it may delete")
public final class CatalogResource {
    private final Incarnation incarnation;

    CatalogResource(Incarnation incarnation) {
        this.incarnation = incarnation;
    }

    /// The catalog as a person reads it.
    ///
    /// @param holdsDeletion whether nothing is removed or retired, as the catalog was restored or built anew
    public record View(long incarnation, boolean holdsDeletion) {}

    @GET
    @Operation(summary = "Shows the catalog's incarnation and whether deletion stands still")
    public View catalog() {
        return new View(incarnation.current(), incarnation.holdsDeletion());
    }
}
