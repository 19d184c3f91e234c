package io.tidemark.schemas.vocabulary;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/// How a snapshot comes to hold a block that the volume held when it was taken.
public enum SnapshotBlocks {
    /// It is copied into the snapshot, at once or before it is first overwritten.
    COPIED,
    /// Volume and snapshot refer to the same one until it is overwritten, which puts the new one elsewhere.
    SHARED;

    /// The code in messages and rows: lower case.
    @JsonValue
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }
}
