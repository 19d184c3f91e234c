package io.tidemark.orchestrator.policy;

import io.tidemark.orchestrator.snapshot.SnapshotService.Story;
import io.tidemark.schemas.id.PolicyId;
import io.tidemark.schemas.id.SnapshotId;
import io.tidemark.schemas.id.VmId;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Snapshots that policies want and give up. Joins the caller's transaction.
interface PolicySnapshots {
    /// VMs of which a snapshot by this policy is being taken.
    Set<VmId> busy(PolicyId policy);

    /// Asks for a snapshot of the whole VM.
    ///
    /// @return why it was refused; empty if it was not
    Optional<String> take(Policy policy, VmId vm);

    /// What is, or may be, on hosts of those that the policy wanted.
    List<Story> kept(PolicyId policy);

    /// Asks for the end of a snapshot; one that cannot be given up now is left.
    void giveUp(SnapshotId snapshot);
}
