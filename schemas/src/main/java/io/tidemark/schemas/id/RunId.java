package io.tidemark.schemas.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.UUID;

/// One firing of a policy, or one manual backup request.
public record RunId(@JsonValue UUID value) {
    /// Reads the canonical text of a UUID; anything else is refused with its name.
    @JsonCreator
    public static RunId of(String text) {
        return new RunId(IdText.uuid("RunId", text));
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
