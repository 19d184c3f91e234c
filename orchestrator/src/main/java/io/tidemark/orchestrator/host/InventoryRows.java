package io.tidemark.orchestrator.host;

import io.tidemark.orchestrator.outbox.Outbox;
import io.tidemark.orchestrator.outbox.OutgoingMessage;
import io.tidemark.orchestrator.outbox.OutgoingMessage.Provenance;
import io.tidemark.schemas.envelope.Topics;
import io.tidemark.schemas.table.InventoryRow;

/// Tells the inventory table's readers of a row that changed.
final class InventoryRows {
    private final Outbox outbox;

    InventoryRows(Outbox outbox) {
        this.outbox = outbox;
    }

    void tell(Host host) {
        send(new InventoryRow("host/" + host.id(), host.name(), host.id(), null, null, host.revision()));
    }

    void tell(Vm vm) {
        send(new InventoryRow("vm/" + vm.id(), vm.name(), vm.host(), vm.id(), vm.state(), vm.revision()));
    }

    void tell(Disk disk) {
        send(new InventoryRow("disk/" + disk.id(), disk.target(), null, disk.vm(), null, disk.revision()));
    }

    void gone(Vm vm) {
        forget("vm/" + vm.id());
    }

    void gone(Disk disk) {
        forget("disk/" + disk.id());
    }

    private void forget(String key) {
        outbox.add(new OutgoingMessage(Topics.INVENTORY, key, null, key, Provenance.NONE));
    }

    private void send(InventoryRow row) {
        outbox.add(new OutgoingMessage(Topics.INVENTORY, row.key(), row, row.key(), Provenance.NONE));
    }
}
