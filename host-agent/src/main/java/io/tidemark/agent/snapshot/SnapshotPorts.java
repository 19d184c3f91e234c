package io.tidemark.agent.snapshot;

import io.tidemark.agent.backup.Hypervisor;
import io.tidemark.agent.backup.Watches;
import io.tidemark.agent.guard.Guards;
import java.time.Clock;
import java.util.List;
import java.util.function.LongSupplier;

/// What snapshots need of the host.
///
/// @param storage one for each mechanism of the storage; the order has no meaning
/// @param pools by which volumes that no VM has are named, too
/// @param watches is told of writes of ours to images at rest, so that they are not taken for those of others
/// @param nanos never goes back
public record SnapshotPorts(
        Hypervisor hypervisor,
        DomainSnapshots domains,
        List<VolumeSnapshots> storage,
        StoragePools pools,
        Guards guards,
        Watches watches,
        Clock clock,
        LongSupplier nanos) {
    public SnapshotPorts {
        storage = List.copyOf(storage);
    }
}
