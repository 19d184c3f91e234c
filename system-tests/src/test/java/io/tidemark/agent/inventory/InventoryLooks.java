package io.tidemark.agent.inventory;

/// Has the inventory look without its thread.
public final class InventoryLooks {
    private InventoryLooks() {}

    /// One look. False if a wished report could not be sent.
    public static boolean look(InventoryService inventory, boolean isWished) {
        return inventory.hasLooked(isWished);
    }
}
