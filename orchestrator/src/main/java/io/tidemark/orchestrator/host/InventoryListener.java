package io.tidemark.orchestrator.host;

import io.tidemark.schemas.event.AgentEvent.VmReport;

/// Told, within the transaction, what a host reports of a VM that is placed on it; several features may listen.
public interface InventoryListener {
    /// The VM as it is stored by now, with its disks; its lock is held, if it was known before.
    ///
    /// @param report with all checkpoints that libvirt holds for the domain, foreign ones among them
    void reported(Vm vm, VmReport report);
}
