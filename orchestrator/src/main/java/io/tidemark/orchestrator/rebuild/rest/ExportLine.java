package io.tidemark.orchestrator.rebuild.rest;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidemark.orchestrator.refusal.Refusal;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A JSON object of an export, or one inside of it. Each refusal names the line and the member.
///
/// @param path what is before a member's name, for example `line 3: disks[0].`
record ExportLine(String path, JsonNode json) {
    private static final int FOUND_CHARACTERS_MAX = 100;
    private static final int LIST_MAX = 1000;
    private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");
    private static final Instant EARLIEST = Instant.parse("1970-01-01T00:00:00Z");
    private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");

    Refusal.Invalid refused(String member, String expected) {
        JsonNode found = json.get(member);
        return refused(member, expected, found == null ? "none" : found.toString());
    }

    Refusal.Invalid refused(String member, String expected, String found) {
        String shown = found.length() > FOUND_CHARACTERS_MAX
                ? found.substring(0, FOUND_CHARACTERS_MAX) + "... of " + found.length() + " characters"
                : found;
        return new Refusal.Invalid(path + member, expected, shown);
    }

    boolean has(String member) {
        return json.hasNonNull(member);
    }

    /// Text of 1 to so many characters, without any that PostgreSQL cannot store: NUL, or half of a surrogate pair.
    String text(String member, int charactersMax) {
        JsonNode found = json.get(member);
        boolean isText = found != null && found.isTextual();
        String text = isText ? found.textValue() : "";
        boolean isStorable =
                text.indexOf('\0') < 0 && StandardCharsets.UTF_8.newEncoder().canEncode(text);
        if (text.isBlank() || text.length() > charactersMax || !isStorable) {
            throw refused(member, "text of 1 to " + charactersMax + " characters without NUL");
        }
        return text;
    }

    @Nullable
    String optionalText(String member, int charactersMax) {
        return has(member) ? text(member, charactersMax) : null;
    }

    /// What a type reads from text of at most 100 characters.
    ///
    /// @param read throws an `IllegalArgumentException` for text that it cannot read
    <T> T value(String member, String expected, Function<String, T> read) {
        JsonNode found = json.get(member);
        if (found == null || !found.isTextual() || found.textValue().length() > FOUND_CHARACTERS_MAX) {
            throw refused(member, expected);
        }
        try {
            return read.apply(found.textValue());
        } catch (IllegalArgumentException unreadable) {
            throw refused(member, expected);
        }
    }

    <T> @Nullable T optionalValue(String member, String expected, Function<String, T> read) {
        return has(member) ? value(member, expected, read) : null;
    }

    /// A word of a vocabulary, which messages write in lower case with hyphens.
    <E extends Enum<E>> E word(String member, E[] words) {
        String expected = Stream.of(words).map(ExportLine::code).collect(Collectors.joining(", ", "one of ", ""));
        return value(
                member,
                expected,
                text -> Stream.of(words)
                        .filter(word -> code(word).equals(text))
                        .findFirst()
                        .orElseThrow(() -> new IllegalArgumentException(text)));
    }

    <E extends Enum<E>> @Nullable E optionalWord(String member, E[] words) {
        return has(member) ? word(member, words) : null;
    }

    private static String code(Enum<?> word) {
        return word.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    Instant instant(String member) {
        String expected = "an instant of ISO 8601 from 1970 to 9999";
        Instant instant = value(member, expected, text -> {
            try {
                return Instant.parse(text);
            } catch (DateTimeException e) {
                throw new IllegalArgumentException(e);
            }
        });
        if (instant.isBefore(EARLIEST) || instant.isAfter(LATEST)) {
            throw refused(member, expected);
        }
        return instant;
    }

    String digest(String member) {
        return value(member, "64 lower-case hexadecimal digits", text -> {
            if (!DIGEST.matcher(text).matches()) {
                throw new IllegalArgumentException(text);
            }
            return text;
        });
    }

    long number(String member, long min, long max) {
        JsonNode found = json.get(member);
        boolean isNumber = found != null && found.isIntegralNumber() && found.canConvertToLong();
        if (!isNumber || found.longValue() < min || found.longValue() > max) {
            throw refused(member, "a whole number from " + min + " to " + max);
        }
        return found.longValue();
    }

    /// The objects of a list.
    List<ExportLine> objects(String member) {
        JsonNode found = json.get(member);
        if (found == null || !found.isArray() || found.size() > LIST_MAX) {
            throw refused(member, "a list of at most " + LIST_MAX + " objects");
        }
        List<ExportLine> objects = new ArrayList<>(found.size());
        for (JsonNode each : found) {
            String name = member + "[" + objects.size() + "]";
            if (!each.isObject()) {
                throw refused(name, "an object", each.toString());
            }
            objects.add(new ExportLine(path + name + ".", each));
        }
        return objects;
    }
}
