package io.tidemark.orchestrator.refusal;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Reads what a request gives as text, and refuses it with the field's name.
public final class Given {
    private Given() {}

    /// A part of the request that may not be null.
    public static <T> T required(String field, @Nullable T part) {
        if (part == null) {
            throw new Refusal.Invalid(field, "a value", "none");
        }
        return part;
    }

    /// The request's body, which may not be left out.
    public static <T> T body(@Nullable T body) {
        if (body == null) {
            throw new Refusal.Invalid("body", "a JSON object", "none");
        }
        return body;
    }

    /// The value of a field that must be there.
    ///
    /// @param read throws an `IllegalArgumentException` for text that it cannot read
    public static <T> T required(String field, @Nullable String text, Function<String, T> read) {
        if (text == null) {
            throw new Refusal.Invalid(field, "a value", "none");
        }
        if (text.indexOf('\0') >= 0) {
            throw new Refusal.Invalid(field, "text without NUL", "text with it");
        }
        try {
            return read.apply(text);
        } catch (IllegalArgumentException e) {
            throw new Refusal.Invalid(field, expectedIn(String.valueOf(e.getMessage())), "\"" + text + "\"");
        }
    }

    public static <T> @Nullable T optional(String field, @Nullable String text, Function<String, T> read) {
        return text == null ? null : required(field, text, read);
    }

    /// Ids say "VmId: expected a UUID, found ..."; the field's own name is told here.
    private static String expectedIn(String message) {
        int begin = message.indexOf("expected ");
        int end = message.lastIndexOf(", found ");
        return begin >= 0 && end > begin ? message.substring(begin + "expected ".length(), end) : message;
    }
}
