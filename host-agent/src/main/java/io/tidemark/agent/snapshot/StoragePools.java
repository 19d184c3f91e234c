package io.tidemark.agent.snapshot;

import java.nio.file.Path;

/// The storage pools of a host, as its hypervisor knows them. Safe for many threads.
@FunctionalInterface
public interface StoragePools {
    /// Where the volume of that name in that pool lies, also one that was put there past the hypervisor.
    ///
    /// @throws SnapshotException `no-such-volume`, saying what there is not: the pool, or the volume in it
    Path path(String pool, String volume);
}
