package io.tidemark.agent.repository;

import io.tidemark.schemas.id.RestorePointId;
import java.util.List;

/// Proof of a commit: the digest of the commit record, and what the point added to the repository.
public record CommitReceipt(RestorePointId point, Digest commitRecord, List<StoredDisk> disks) {
    public CommitReceipt {
        disks = List.copyOf(disks);
    }

    /// The guest's bytes that this point had to store.
    public long newBytes() {
        return disks.stream().mapToLong(StoredDisk::newBytes).sum();
    }

    /// What the new bytes took after compression.
    public long storedBytes() {
        return disks.stream().mapToLong(StoredDisk::storedBytes).sum();
    }
}
