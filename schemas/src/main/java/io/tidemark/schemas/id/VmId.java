package io.tidemark.schemas.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.UUID;

/// A virtual machine, minted by the orchestrator when (tenant, domain UUID) is first seen.
public record VmId(@JsonValue UUID value) {
    /// Reads the canonical text of a UUID; anything else is refused with its name.
    @JsonCreator
    public static VmId of(String text) {
        return new VmId(IdText.uuid("VmId", text));
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
