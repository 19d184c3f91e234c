package io.tidemark.orchestrator.host.rest;

import io.tidemark.orchestrator.host.Host;
import io.tidemark.orchestrator.host.Hosts;
import io.tidemark.orchestrator.outbox.Transactions;
import io.tidemark.orchestrator.refusal.Given;
import io.tidemark.orchestrator.refusal.Refusal;
import io.tidemark.schemas.id.HostId;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.ResponseStatus;
import org.jspecify.annotations.Nullable;

/// Hosts over REST.
@Path("/api/v1/hosts")
@Tag(name = "hosts", description = "Hypervisor hosts and whether their agents are connected")
public final class HostResource {
    private final Hosts hosts;
    private final Transactions transactions;
    private final Clock clock;

    HostResource(Hosts hosts, Transactions transactions, Clock clock) {
        this.hosts = hosts;
        this.transactions = transactions;
        this.clock = clock;
    }

    /// What a person sends to enrol a host; the id is minted unless it is given.
    public record Enrolment(@Nullable String name, @Nullable String id) {}

    /// A host as last heard.
    ///
    /// @param connected whether its agent holds a granted session whose lease has not ended
    public record View(
            HostId id,
            String name,
            boolean connected,
            boolean hypervisorReachable,
            @Nullable String agentVersion,
            @Nullable Instant lastHeardAt,
            Instant enrolledAt) {}

    @GET
    @Operation(summary = "Lists the enrolled hosts")
    public List<View> all() {
        return transactions.call(hosts::all).stream().map(this::view).toList();
    }

    @GET
    @Path("{id}")
    @Operation(summary = "Shows one host")
    public View one(@PathParam("id") String id) {
        HostId host = Given.required("id", id, HostId::of);
        return view(transactions.call(() -> hosts.byId(host)).orElseThrow(() -> new Refusal.NoSuch("host", host)));
    }

    @POST
    @ResponseStatus(201)
    @Operation(
            summary = "Enrols a host and makes its topics",
            description = "Before the first start of its agent, which is then given the id.")
    public View enrol(@Nullable Enrolment given) {
        Enrolment wanted = Given.body(given);
        String name = Given.required("name", wanted.name(), text -> text);
        if (name.isBlank()) {
            throw new Refusal.Invalid("name", "the host's name", "\"" + name + "\"");
        }
        HostId host = hosts.enrol(name, Given.optional("id", wanted.id(), HostId::of));
        return one(host.toString());
    }

    private View view(Host host) {
        return new View(
                host.id(),
                host.name(),
                host.isGranted(clock.instant()),
                host.hypervisorReachable(),
                host.agentVersion(),
                host.lastHeardAt(),
                host.enrolledAt());
    }
}
