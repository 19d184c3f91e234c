package io.tidemark.schemas.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.UUID;

/// One export that a repository's maintenance agent was asked for.
public record ExportId(@JsonValue UUID value) {
    /// Reads the canonical text of a UUID; anything else is refused with its name.
    @JsonCreator
    public static ExportId of(String text) {
        return new ExportId(IdText.uuid("ExportId", text));
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
