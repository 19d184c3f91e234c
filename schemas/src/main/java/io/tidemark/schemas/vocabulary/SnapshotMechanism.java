package io.tidemark.schemas.vocabulary;

import static io.tidemark.schemas.vocabulary.SnapshotBlocks.COPIED;
import static io.tidemark.schemas.vocabulary.SnapshotBlocks.SHARED;
import static io.tidemark.schemas.vocabulary.SnapshotKind.BASE_MODIFIED_COW;
import static io.tidemark.schemas.vocabulary.SnapshotKind.INDEPENDENT_COPY;
import static io.tidemark.schemas.vocabulary.SnapshotKind.OVERLAY_RECEIVES_WRITES;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/// By what a snapshot of a volume is made and kept. Its kind, what its names share and what it costs follow
/// from it.
public enum SnapshotMechanism {
    /// A snapshot in the table of a qcow2 image: `qemu-img snapshot -c`, or libvirt's of a domain that runs.
    QCOW2_INTERNAL(BASE_MODIFIED_COW, SHARED, NewFile.NONE),
    /// A qcow2 image on top of the volume's file, in whose place the VM writes to it.
    QCOW2_OVERLAY(OVERLAY_RECEIVES_WRITES, SHARED, NewFile.RECEIVES_WRITES),
    /// A copy-on-write volume of a volume group.
    LVM_CLASSIC(BASE_MODIFIED_COW, COPIED, NewFile.HOLDS_SNAPSHOT),
    /// A thin volume beside the first one in its pool.
    LVM_THIN(BASE_MODIFIED_COW, SHARED, NewFile.HOLDS_SNAPSHOT),
    /// A read-only snapshot of the btrfs subvolume in which the volume's file lies, with all else that lies in
    /// it.
    BTRFS(BASE_MODIFIED_COW, SHARED, NewFile.HOLDS_SNAPSHOT),
    /// A file that shares the blocks of the volume's file, on XFS or btrfs.
    REFLINK(BASE_MODIFIED_COW, SHARED, NewFile.HOLDS_SNAPSHOT),
    /// A whole second file.
    FULL_COPY(INDEPENDENT_COPY, COPIED, NewFile.HOLDS_SNAPSHOT),
    /// QEMU copies each old block to a file before the guest overwrites it, as long as that QEMU lives.
    QEMU_COPY_BEFORE_WRITE(BASE_MODIFIED_COW, COPIED, NewFile.HOLDS_SNAPSHOT);

    private final SnapshotKind kind;
    private final SnapshotBlocks blocks;
    private final NewFile newFile;

    /// What a new file that a snapshot makes is to the file that was there before.
    public enum NewFile {
        /// No file is made.
        NONE,
        /// The VM writes to the new file from now on, and the old one holds the snapshot.
        RECEIVES_WRITES,
        /// The VM goes on with the old file, and the new one holds the snapshot.
        HOLDS_SNAPSHOT;

        /// The code in messages and rows: lower case with hyphens.
        @JsonValue
        public String code() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    SnapshotMechanism(SnapshotKind kind, SnapshotBlocks blocks, NewFile newFile) {
        this.kind = kind;
        this.blocks = blocks;
        this.newFile = newFile;
    }

    /// What it does to the volume.
    public SnapshotKind kind() {
        return kind;
    }

    /// Whether old blocks are copied or shared.
    public SnapshotBlocks blocks() {
        return blocks;
    }

    /// What a file that it makes is to the one that was there.
    public NewFile newFile() {
        return newFile;
    }

    /// The code in messages and rows: lower case with hyphens.
    @JsonValue
    public String code() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
