package io.tidemark.agent.repository;

import java.util.UUID;

/// A write session or a read session: made at random by whoever opens it, never used again.
public record SessionId(UUID value) {
    /// Reads the canonical text of a UUID.
    public static SessionId of(String text) {
        UUID value;
        try {
            value = UUID.fromString(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("SessionId: expected a UUID, found \"" + text + "\"", e);
        }
        if (!value.toString().equals(text)) {
            throw new IllegalArgumentException("SessionId: expected a UUID in lower case, found \"" + text + "\"");
        }
        return new SessionId(value);
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
