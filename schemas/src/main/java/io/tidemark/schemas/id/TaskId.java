package io.tidemark.schemas.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.UUID;

/// The work on one VM in one run, or one restore.
public record TaskId(@JsonValue UUID value) {
    /// Reads the canonical text of a UUID; anything else is refused with its name.
    @JsonCreator
    public static TaskId of(String text) {
        return new TaskId(IdText.uuid("TaskId", text));
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
