package io.tidemark.schemas.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.UUID;

/// One snapshot of a volume or of a whole VM; new for each that is asked for, never reused.
public record SnapshotId(@JsonValue UUID value) {
    /// Reads the canonical text of a UUID; anything else is refused with its name.
    @JsonCreator
    public static SnapshotId of(String text) {
        return new SnapshotId(IdText.uuid("SnapshotId", text));
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
