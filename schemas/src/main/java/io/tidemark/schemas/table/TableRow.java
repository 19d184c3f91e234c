package io.tidemark.schemas.table;

/// A row of a compacted topic.
public sealed interface TableRow permits EpochRow, RestorePointRow, InventoryRow {
    /// The version of the row, from 1; a lower one than the known is ignored.
    long revision();
}
