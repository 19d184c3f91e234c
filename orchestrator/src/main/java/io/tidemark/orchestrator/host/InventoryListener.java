package io.tidemark.orchestrator.host;

import java.util.List;

/// Told, within the transaction, what a host reports of a VM that is placed on it; several features may listen.
public interface InventoryListener {
    /// The VM as it is stored by now.
    ///
    /// @param checkpoints the names of all checkpoints that libvirt holds for the domain, foreign ones among them
    void reported(Vm vm, List<String> checkpoints);
}
