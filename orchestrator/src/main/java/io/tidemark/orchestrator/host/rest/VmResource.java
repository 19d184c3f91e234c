package io.tidemark.orchestrator.host.rest;

import io.tidemark.orchestrator.host.Disk;
import io.tidemark.orchestrator.host.Hosts;
import io.tidemark.orchestrator.host.Vm;
import io.tidemark.orchestrator.outbox.Transactions;
import io.tidemark.orchestrator.refusal.Given;
import io.tidemark.orchestrator.refusal.Refusal;
import io.tidemark.schemas.id.DiskId;
import io.tidemark.schemas.id.DomainUuid;
import io.tidemark.schemas.id.HostId;
import io.tidemark.schemas.id.VmId;
import io.tidemark.schemas.vocabulary.ImageFormat;
import io.tidemark.schemas.vocabulary.Reason;
import io.tidemark.schemas.vocabulary.VmState;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/// VMs and their disks over REST.
@Path("/api/v1/vms")
@Tag(name = "vms", description = "VMs as their hosts report them, and which disks can be backed up incrementally")
public final class VmResource {
    private final Hosts hosts;
    private final Transactions transactions;

    VmResource(Hosts hosts, Transactions transactions) {
        this.hosts = hosts;
        this.transactions = transactions;
    }

    /// A VM and its disks; their epochs are at `/api/v1/epochs?vm=`.
    ///
    /// @param present false for one that its host no longer names
    /// @param trackable whether every disk can be backed up incrementally
    public record View(
            VmId id,
            DomainUuid domain,
            String name,
            @Nullable HostId host,
            VmState state,
            boolean present,
            boolean trackable,
            List<DiskView> disks) {}

    /// One disk.
    ///
    /// @param whyNot why it cannot be backed up incrementally
    public record DiskView(
            DiskId id,
            String target,
            @Nullable String serial,
            ImageFormat format,
            long virtualSizeBytes,
            boolean trackable,
            @Nullable Reason whyNot) {
        static DiskView of(Disk disk) {
            return new DiskView(
                    disk.id(),
                    disk.target(),
                    disk.serial(),
                    disk.format(),
                    disk.virtualSizeBytes(),
                    disk.trackable(),
                    disk.whyNot());
        }
    }

    @GET
    @Operation(summary = "Lists the VMs with their disks", description = "name: only those of this name.")
    public List<View> all(@QueryParam("name") @Nullable String name) {
        return transactions.call(() -> (name == null ? hosts.vms() : hosts.vmsByName(name))
                .stream().map(this::view).toList());
    }

    @GET
    @Path("{id}")
    @Operation(summary = "Shows one VM with its disks")
    public View one(@PathParam("id") String id) {
        VmId vm = Given.required("id", id, VmId::of);
        return transactions.call(() -> view(hosts.vm(vm).orElseThrow(() -> new Refusal.NoSuch("VM", vm))));
    }

    private View view(Vm vm) {
        List<DiskView> disks = hosts.disks(vm.id()).stream()
                .filter(Disk::present)
                .map(DiskView::of)
                .toList();
        boolean isTrackable = !disks.isEmpty() && disks.stream().allMatch(DiskView::trackable);
        return new View(vm.id(), vm.domain(), vm.name(), vm.host(), vm.state(), vm.present(), isTrackable, disks);
    }
}
