package io.tidemark.agent.backup;

/// What a checkpoint's dirty bitmap on one disk is good for.
public enum BitmapState {
    /// It has recorded every write since the checkpoint.
    RECORDING,
    /// It exists and is sound, but does not record.
    NOT_RECORDING,
    /// QEMU did not close it cleanly; it can only be deleted.
    INCONSISTENT,
    /// The disk has no bitmap of that name.
    MISSING
}
