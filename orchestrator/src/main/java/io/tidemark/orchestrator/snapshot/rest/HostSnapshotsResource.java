package io.tidemark.orchestrator.snapshot.rest;

import io.tidemark.orchestrator.host.Hosts;
import io.tidemark.orchestrator.refusal.Given;
import io.tidemark.orchestrator.refusal.Refusal;
import io.tidemark.orchestrator.snapshot.SnapshotSubjects;
import io.tidemark.schemas.id.HostId;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/// The snapshots of a volume that no VM has, as its host sees them now.
@Path("/api/v1/hosts/{host}/snapshots")
@Tag(name = "snapshots", description = "Snapshots of VMs, and of volumes that no VM has")
public final class HostSnapshotsResource {
    private final SnapshotLooks looks;
    private final Hosts hosts;

    HostSnapshotsResource(SnapshotLooks looks, Hosts hosts) {
        this.looks = looks;
        this.hosts = hosts;
    }

    @GET
    @Operation(
            summary = "Asks the host which snapshots a volume has, and which it could have",
            description = "volume: its absolute path, or POOL/VOLUME. The answer is as of a VM's.")
    public ListingView now(@PathParam("host") String host, @QueryParam("volume") @Nullable String volume) {
        HostId id = Given.required("host", host, HostId::of);
        String path = Given.required("volume", volume, text -> text);
        if (!SnapshotSubjects.isPlace(path)) {
            throw new Refusal.Invalid("volume", "an absolute path on the host, or POOL/VOLUME", "\"" + path + "\"");
        }
        if (hosts.byId(id).isEmpty()) {
            throw new Refusal.NoSuch("host", id);
        }
        return looks.look(id, path);
    }
}
