package io.tidemark.schemas.vocabulary;

import org.jspecify.annotations.Nullable;

/// One volume's part of a snapshot with what its mechanism means stated, for those who do not know mechanisms.
///
/// @param target of the VM's disk; null for a volume that no VM has
/// @param newFile what it is to the volume is told by the kind: it receives the writes, or holds the snapshot
/// @param namespace opaque: names of snapshots are taken from one namespace by all volumes for which this is equal
public record StatedMember(
        @Nullable String target,
        String volume,
        SnapshotMechanism mechanism,
        SnapshotKind kind,
        SnapshotBlocks blocks,
        @Nullable String newFile,
        String namespace) {
    /// The same member with kind and blocks of its mechanism.
    public static StatedMember of(SnapshotMember member) {
        SnapshotMechanism by = member.mechanism();
        return new StatedMember(
                member.target(), member.volume(), by, by.kind(), by.blocks(), member.newFile(), member.namespace());
    }
}
