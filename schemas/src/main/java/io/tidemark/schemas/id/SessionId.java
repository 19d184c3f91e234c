package io.tidemark.schemas.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.UUID;

/// One life of an agent process: minted by the agent at each start.
public record SessionId(@JsonValue UUID value) {
    /// Reads the canonical text of a UUID; anything else is refused with its name.
    @JsonCreator
    public static SessionId of(String text) {
        return new SessionId(IdText.uuid("SessionId", text));
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
