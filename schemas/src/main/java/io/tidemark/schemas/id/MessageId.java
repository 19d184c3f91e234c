package io.tidemark.schemas.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.UUID;

/// One message; the inbox's key.
public record MessageId(@JsonValue UUID value) {
    /// Reads the canonical text of a UUID; anything else is refused with its name.
    @JsonCreator
    public static MessageId of(String text) {
        return new MessageId(IdText.uuid("MessageId", text));
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
