package io.tidemark.agent.repository;

/// A pack: the write session that made it, and its number in that session, from 0.
public record PackId(SessionId session, int number) {
    private static final int SESSION_CHARACTERS = 36;

    public PackId {
        if (number < 0) {
            throw new IllegalArgumentException("PackId: expected a number from 0, found " + number);
        }
    }

    /// Reads `SESSION-NUMBER`.
    public static PackId of(String text) {
        if (text.length() < SESSION_CHARACTERS + 2 || text.charAt(SESSION_CHARACTERS) != '-') {
            throw new IllegalArgumentException("PackId: expected SESSION-NUMBER, found \"" + text + "\"");
        }
        SessionId session = SessionId.of(text.substring(0, SESSION_CHARACTERS));
        PackId id;
        try {
            id = new PackId(session, Integer.parseInt(text.substring(SESSION_CHARACTERS + 1)));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("PackId: expected SESSION-NUMBER, found \"" + text + "\"", e);
        }
        if (!id.toString().equals(text)) {
            throw new IllegalArgumentException("PackId: expected " + id + ", found \"" + text + "\"");
        }
        return id;
    }

    @Override
    public String toString() {
        return session + "-" + number;
    }
}
