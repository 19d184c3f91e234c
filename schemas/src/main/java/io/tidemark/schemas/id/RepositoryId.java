package io.tidemark.schemas.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/// A repository; resolved to a place by the agent's own configuration, never a path.
/// Text: 1 to 63 characters of a-z, 0-9 and hyphen, beginning with a letter or digit.
public record RepositoryId(@JsonValue String value) {
    @JsonCreator
    public RepositoryId {
        IdText.requireSlug("RepositoryId", value);
    }

    @Override
    public String toString() {
        return value;
    }
}
