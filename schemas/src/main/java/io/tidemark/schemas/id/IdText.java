package io.tidemark.schemas.id;

import java.util.UUID;
import java.util.regex.Pattern;

/// Checks the text of ids and names what was expected and found.
final class IdText {
    private static final Pattern SLUG = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");
    private static final Pattern UUID_TEXT =
            Pattern.compile("[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}");

    private IdText() {}

    static UUID uuid(String type, String text) {
        if (!UUID_TEXT.matcher(text).matches()) {
            throw new IllegalArgumentException(type + ": expected a UUID, found \"" + text + "\"");
        }
        return UUID.fromString(text);
    }

    static void requireSlug(String type, String text) {
        if (!SLUG.matcher(text).matches()) {
            throw new IllegalArgumentException(type + ": expected " + SLUG + ", found \"" + text + "\"");
        }
    }
}
