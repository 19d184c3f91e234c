package io.tidemark.schemas.table;

import io.tidemark.schemas.id.HostId;
import io.tidemark.schemas.id.VmId;
import io.tidemark.schemas.vocabulary.VmState;
import org.jspecify.annotations.Nullable;

/// A host, VM or disk; the key is host/id, vm/id or disk/id.
public record InventoryRow(
        String key,
        String name,
        @Nullable HostId host,
        @Nullable VmId vm,
        @Nullable VmState state,
        long revision) implements TableRow {}
