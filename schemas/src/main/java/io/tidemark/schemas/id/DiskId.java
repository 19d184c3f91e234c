package io.tidemark.schemas.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.UUID;

/// A disk of a VM, minted by the orchestrator when (VM, serial), or (VM, target) without serial, is first seen.
public record DiskId(@JsonValue UUID value) {
    /// Reads the canonical text of a UUID; anything else is refused with its name.
    @JsonCreator
    public static DiskId of(String text) {
        return new DiskId(IdText.uuid("DiskId", text));
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
