package io.tidemark.schemas.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/// An integrating service that uses the client topics.
/// Text: 1 to 63 characters of a-z, 0-9 and hyphen, beginning with a letter or digit.
public record ClientId(@JsonValue String value) {
    @JsonCreator
    public ClientId {
        IdText.requireSlug("ClientId", value);
    }

    @Override
    public String toString() {
        return value;
    }
}
