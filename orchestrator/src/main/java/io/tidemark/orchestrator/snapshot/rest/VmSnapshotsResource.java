package io.tidemark.orchestrator.snapshot.rest;

import io.tidemark.orchestrator.snapshot.SnapshotSubjects;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/// The snapshots of a VM as its host sees them now.
@Path("/api/v1/vms/{vm}/snapshots")
@Tag(name = "snapshots", description = "Snapshots of VMs, and of volumes that no VM has")
public final class VmSnapshotsResource {
    private final SnapshotLooks looks;
    private final SnapshotSubjects subjects;

    VmSnapshotsResource(SnapshotLooks looks, SnapshotSubjects subjects) {
        this.looks = looks;
        this.subjects = subjects;
    }

    @GET
    @Operation(
            summary = "Asks the VM's host which snapshots its disks have, and which they could have",
            description = "vm: id or name. Those that others made are listed too, as foreign; missing names those of "
                    + "the catalog that are not there any more. Where the host does not answer, observed is false and "
                    + "detail says why.")
    public ListingView now(@PathParam("vm") String vm) {
        return looks.look(VmNamed.of(vm, subjects));
    }
}
