package io.tidemark.orchestrator.request.rest;

import io.tidemark.orchestrator.refusal.Given;
import io.tidemark.orchestrator.request.ClientEnrolment;
import io.tidemark.schemas.envelope.Topics;
import io.tidemark.schemas.id.ClientId;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.ResponseStatus;
import org.jspecify.annotations.Nullable;

/// Enrolment of clients over REST.
@Path("/api/v1/clients")
@Tag(name = "clients", description = "Services that ask for backups by topic")
public final class ClientResource {
    private final ClientEnrolment enrolment;

    ClientResource(ClientEnrolment enrolment) {
        this.enrolment = enrolment;
    }

    /// What a person sends to enrol a client.
    public record Enrolment(@Nullable String id) {}

    /// A client and where it writes and reads.
    public record View(ClientId id, String requests, String replies) {
        static View of(ClientId client) {
            return new View(client, Topics.clientRequests(client), Topics.clientReplies(client));
        }
    }

    @GET
    @Operation(summary = "Lists the enrolled clients with their topics")
    public List<View> all() {
        return enrolment.all().stream().map(View::of).toList();
    }

    @POST
    @ResponseStatus(201)
    @Operation(summary = "Enrols a client and makes its topics; again changes nothing")
    public View enrol(@Nullable Enrolment wanted) {
        ClientId client = Given.required("id", Given.body(wanted).id(), ClientId::new);
        enrolment.enrol(client);
        return View.of(client);
    }
}
