package io.tidemark.agent.repository;

import java.util.UUID;

/// One hold on a restore point, which may have several.
public record HoldId(UUID value) {
    /// Reads the canonical text of a UUID.
    public static HoldId of(String text) {
        return new HoldId(SessionId.of(text).value());
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
