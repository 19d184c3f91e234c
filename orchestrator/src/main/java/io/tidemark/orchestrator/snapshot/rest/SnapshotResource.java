package io.tidemark.orchestrator.snapshot.rest;

import io.tidemark.orchestrator.refusal.Given;
import io.tidemark.orchestrator.refusal.Refusal;
import io.tidemark.orchestrator.snapshot.SnapshotOpening;
import io.tidemark.orchestrator.snapshot.SnapshotOutcome;
import io.tidemark.orchestrator.snapshot.SnapshotOutcome.Opened;
import io.tidemark.orchestrator.snapshot.SnapshotOutcome.Refused;
import io.tidemark.orchestrator.snapshot.SnapshotService;
import io.tidemark.orchestrator.snapshot.SnapshotSubjects;
import io.tidemark.schemas.id.SnapshotId;
import io.tidemark.schemas.id.VmId;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.ResponseStatus;
import org.jspecify.annotations.Nullable;

/// Snapshots over REST.
@Path("/api/v1/snapshots")
@Tag(name = "snapshots", description = "Snapshots of VMs, and of volumes that no VM has")
public final class SnapshotResource {
    private static final int LISTED_MAX = 200;

    private final SnapshotOpening opening;
    private final SnapshotService service;
    private final SnapshotSubjects subjects;

    SnapshotResource(SnapshotOpening opening, SnapshotService service, SnapshotSubjects subjects) {
        this.opening = opening;
        this.service = service;
        this.subjects = subjects;
    }

    /// How a revert is meant.
    ///
    /// @param force a VM that runs may be stopped, and newer restore points and checkpoints be gone back past
    public record Revert(@Nullable Boolean force) {}

    @GET
    @Operation(
            summary = "Lists the newest 200 snapshots of the catalog, newest first",
            description = "vm: only those of the VM of this id or name. all: those that are deleted or were never "
                    + "taken, too. What a host has now is at /api/v1/vms/{vm}/snapshots.")
    public List<SnapshotView> recent(@QueryParam("vm") @Nullable String vm, @QueryParam("all") @Nullable Boolean all) {
        VmId of = vm == null ? null : VmNamed.of(vm, subjects).id();
        return service.recent(of, all != null && all, LISTED_MAX).stream()
                .map(story -> SnapshotView.of(story, service))
                .toList();
    }

    @GET
    @Path("{id}")
    @Operation(summary = "Shows one snapshot, its volumes, and what was and is done with it")
    public SnapshotView one(@PathParam("id") String id) {
        return SnapshotView.of(service.story(id(id)), service);
    }

    @POST
    @ResponseStatus(202)
    @Operation(
            summary = "Takes a snapshot of a VM or of volumes that no VM has, all or none",
            description = "vm (id) or vmName, with disks (targets) for some only; or host and volumes (paths, or "
                    + "POOL/VOLUME of libvirt's). kind: overlay-receives-writes, base-modified-cow or "
                    + "independent-copy; mechanism, and mechanisms for single disks. quiesce is on for a VM unless "
                    + "said. The snapshot is there when its state is present.")
    public SnapshotView create(@Nullable SnapshotRequest request) {
        return view(opening.create(Given.body(request).wish(), null));
    }

    @POST
    @Path("{id}/revert")
    @ResponseStatus(202)
    @Operation(
            summary = "Puts the volumes back to what they held when the snapshot was taken",
            description = "Refused if a restore point of the VM is newer, and by the host if the VM runs, unless force "
                    + "is said. The epochs of the volumes end.")
    public SnapshotView revert(@PathParam("id") String id, @Nullable Revert revert) {
        boolean isForced = revert != null && revert.force() != null && revert.force();
        return view(opening.revert(id(id), isForced, null, null));
    }

    @DELETE
    @Path("{id}")
    @ResponseStatus(202)
    @Operation(
            summary = "Gives a snapshot up; the volumes keep what they hold now",
            description = "An overlay is merged into the file below it.")
    public SnapshotView delete(@PathParam("id") String id) {
        return view(opening.delete(id(id), null, null));
    }

    @POST
    @Path("{id}/cancel")
    @ResponseStatus(202)
    @Operation(
            summary = "Asks for the end of what is being done with a snapshot",
            description = "What waits ends; a snapshot is given up if its members are not taken yet. A revert or a "
                    + "delete that its host has begun goes on to its end.")
    public SnapshotView cancel(@PathParam("id") String id) {
        SnapshotId snapshot = id(id);
        if (!service.cancel(snapshot)) {
            throw new Refusal.Conflict(
                    "snapshot " + snapshot, "one with which something is being done", "that nothing is");
        }
        return one(id);
    }

    private SnapshotView view(SnapshotOutcome outcome) {
        return switch (outcome) {
            case Opened(var task) -> SnapshotView.of(service.story(task.snapshot()), service);
            case Refused(var _, var refusal) -> throw refusal;
        };
    }

    private static SnapshotId id(String text) {
        return Given.required("id", text, SnapshotId::of);
    }
}
