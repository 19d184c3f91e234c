package io.tidemark.orchestrator.rebuild;

import io.tidemark.schemas.id.VmId;

/// Looks at all tables at once. Joins the caller's transaction.
public interface RebuildStore {
    /// Whether a host has reported the VM and nothing else names it: no point, task, restore, request or policy.
    boolean isOnlySeen(VmId vm);
}
