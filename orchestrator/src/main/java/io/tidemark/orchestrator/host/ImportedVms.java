package io.tidemark.orchestrator.host;

import io.tidemark.orchestrator.outbox.Outbox;
import io.tidemark.schemas.id.DiskId;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;

/// Makes VMs and disks known that only a repository knows of. Joins the caller's transaction.
@ApplicationScoped
public final class ImportedVms {
    private final HostStore store;
    private final InventoryRows rows;

    ImportedVms(HostStore store, Outbox outbox) {
        this.store = store;
        this.rows = new InventoryRows(outbox);
    }

    public Optional<Disk> disk(DiskId disk) {
        return store.disk(disk);
    }

    public void add(Vm vm) {
        store.save(vm);
        rows.tell(vm);
    }

    public void add(Disk disk) {
        store.save(disk);
        rows.tell(disk);
    }

    /// Forgets a VM that a host has reported and nothing names, as a repository knows the same domain by another
    /// id.
    public void giveWay(Vm vm) {
        store.disks(vm.id()).forEach(rows::gone);
        rows.gone(vm);
        store.delete(vm.id());
    }
}
