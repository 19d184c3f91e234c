package io.tidemark.schemas.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.UUID;

/// One recoverable state of one VM; new for each attempt, never reused.
public record RestorePointId(@JsonValue UUID value) {
    /// Reads the canonical text of a UUID; anything else is refused with its name.
    @JsonCreator
    public static RestorePointId of(String text) {
        return new RestorePointId(IdText.uuid("RestorePointId", text));
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
