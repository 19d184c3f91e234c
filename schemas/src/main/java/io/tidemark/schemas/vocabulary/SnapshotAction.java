package io.tidemark.schemas.vocabulary;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/// What is done with a snapshot.
public enum SnapshotAction {
    CREATE,
    /// The volumes are made to hold what they held when it was taken.
    REVERT,
    /// It is given up and the volumes stay as they are; of an overlay, it is merged into the file below it.
    DELETE;

    /// The code in messages and rows: lower case.
    @JsonValue
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }
}
