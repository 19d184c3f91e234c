package io.tidemark.schemas.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.UUID;

/// One hold on a restore point, which may have several.
public record HoldId(@JsonValue UUID value) {
    /// Reads the canonical text of a UUID; anything else is refused with its name.
    @JsonCreator
    public static HoldId of(String text) {
        return new HoldId(IdText.uuid("HoldId", text));
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
