package io.tidemark.schemas.vocabulary;

import org.jspecify.annotations.Nullable;

/// One volume's part of a snapshot, as it lies on the host.
///
/// @param target of the VM's disk; null for a volume that no VM has
/// @param volume path of the file or device that the VM had when it was taken; of an overlay, the file below it
/// @param storageName what the storage calls the snapshot
/// @param newFile path of the file, device or folder that was made for it; null if it lies within the volume.
///     [SnapshotMechanism#newFile] tells what it is to the volume
/// @param namespace opaque: names of snapshots are taken from one namespace by all volumes for which this is equal
public record SnapshotMember(
        @Nullable String target,
        String volume,
        SnapshotMechanism mechanism,
        String storageName,
        @Nullable String newFile,
        String namespace) {}
