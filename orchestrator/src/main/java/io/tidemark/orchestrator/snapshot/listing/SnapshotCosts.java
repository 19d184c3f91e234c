package io.tidemark.orchestrator.snapshot.listing;

import io.tidemark.schemas.vocabulary.SnapshotMechanism;

/// What a snapshot of a mechanism costs: as long as it is kept, and when it is dropped. Sentences for a person.
public final class SnapshotCosts {
    private SnapshotCosts() {}

    /// What it takes of the storage and of each write while it is there.
    public static String ofKeeping(SnapshotMechanism mechanism) {
        return switch (mechanism) {
            case QCOW2_INTERNAL ->
                "Each cluster that is overwritten is put elsewhere in the image, which grows by it; the first write to"
                        + " a cluster reads and copies it, and waits until the image's tables are synced.";
            case QCOW2_OVERLAY ->
                "The overlay grows by what is written, up to the size of the disk; the first write to a cluster reads"
                        + " the rest of it from the file below, and reads look through one file more.";
            case LVM_CLASSIC ->
                "Room for the whole volume is set aside at once; each first write to a chunk copies the old one.";
            case LVM_THIN ->
                "The pool takes what is overwritten; a pool that is full stops the writes of all volumes in it.";
            case BTRFS -> "The file system keeps each block that is overwritten in the whole subvolume.";
            case REFLINK -> "The file system keeps each block that is overwritten in the volume's file.";
            case FULL_COPY -> "As much room as the volume holds; writes cost nothing.";
            case QEMU_COPY_BEFORE_WRITE ->
                "Each first write to a cluster waits until the old one is copied to the file, which grows up to the"
                        + " size of the disk; when that takes 10 s or there is no room, the snapshot is lost and the"
                        + " guest goes on. It ends with the QEMU that made it, and the disk cannot be resized.";
        };
    }

    /// What dropping it takes.
    public static String ofDropping(SnapshotMechanism mechanism) {
        return switch (mechanism) {
            case QCOW2_INTERNAL ->
                "Its clusters are marked free in the image, which does not shrink; the image must not be written"
                        + " meanwhile but by the QEMU that drops it.";
            case QCOW2_OVERLAY ->
                "All that was written since is copied into the file below; of a VM that runs, while it writes on.";
            case LVM_CLASSIC -> "Nothing is copied; the room is free at once, and writes are as fast as before.";
            case LVM_THIN -> "Nothing is copied; the pool frees what only the snapshot held.";
            case BTRFS -> "Nothing is copied; the file system frees the blocks in the background.";
            case REFLINK -> "Nothing is copied; the file system frees what only the snapshot's file held.";
            case FULL_COPY -> "Nothing is copied; its room is free at once.";
            case QEMU_COPY_BEFORE_WRITE -> "Nothing is copied; the filter is taken out and the file removed.";
        };
    }
}
