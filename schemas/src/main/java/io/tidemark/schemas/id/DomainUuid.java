package io.tidemark.schemas.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.UUID;

/// A libvirt domain's UUID: how an agent names a VM until it is told the VmId.
public record DomainUuid(@JsonValue UUID value) {
    /// Reads the canonical text of a UUID; anything else is refused with its name.
    @JsonCreator
    public static DomainUuid of(String text) {
        return new DomainUuid(IdText.uuid("DomainUuid", text));
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
