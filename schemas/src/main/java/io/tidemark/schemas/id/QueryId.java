package io.tidemark.schemas.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.UUID;

/// One question that somebody asked of a host.
public record QueryId(@JsonValue UUID value) {
    /// Reads the canonical text of a UUID; anything else is refused with its name.
    @JsonCreator
    public static QueryId of(String text) {
        return new QueryId(IdText.uuid("QueryId", text));
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
