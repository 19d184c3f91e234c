package io.tidemark.schemas.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.UUID;

/// A policy.
public record PolicyId(@JsonValue UUID value) {
    /// Reads the canonical text of a UUID; anything else is refused with its name.
    @JsonCreator
    public static PolicyId of(String text) {
        return new PolicyId(IdText.uuid("PolicyId", text));
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
