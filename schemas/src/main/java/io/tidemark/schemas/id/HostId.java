package io.tidemark.schemas.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.UUID;

/// A hypervisor host, minted at enrolment. It names the host's topics.
public record HostId(@JsonValue UUID value) {
    /// Reads the canonical text of a UUID; anything else is refused with its name.
    @JsonCreator
    public static HostId of(String text) {
        return new HostId(IdText.uuid("HostId", text));
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
