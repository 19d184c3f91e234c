package io.tidemark.schemas.vocabulary;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/// What a snapshot does to the volume that it was taken of: who keeps the old blocks, and who gets the new ones.
public enum SnapshotKind {
    /// The volume's file is left unmodified from now on; a new file receives the writes.
    OVERLAY_RECEIVES_WRITES,
    /// The volume goes on being modified; the snapshot keeps the old blocks.
    BASE_MODIFIED_COW,
    /// The volume goes on being modified; the snapshot is a whole copy that needs nothing of it.
    INDEPENDENT_COPY;

    /// The code in messages and rows: lower case with hyphens.
    @JsonValue
    public String code() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
