package io.tidemark.schemas.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/// A consumer's line of backups on a VM; `default` is ours.
/// Text: 1 to 63 characters of a-z, 0-9 and hyphen, beginning with a letter or digit.
public record TrackerId(@JsonValue String value) {
    /// Ours.
    public static final TrackerId DEFAULT = new TrackerId("default");

    @JsonCreator
    public TrackerId {
        IdText.requireSlug("TrackerId", value);
    }

    @Override
    public String toString() {
        return value;
    }
}
