package io.tidemark.orchestrator.refusal;

import io.tidemark.schemas.id.ScriptSetId;
import io.tidemark.schemas.vocabulary.Quiescing;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
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

    /// One of these words; any other text is an `IllegalArgumentException` that names them.
    public static <T> T word(String text, T[] words, Function<T, String> code) {
        return Arrays.stream(words)
                .filter(each -> code.apply(each).equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("expected one of "
                        + Arrays.stream(words).map(code).collect(Collectors.joining(", ")) + ", found " + text));
    }

    /// How a guest is to be brought to rest; quiesce is on unless said.
    ///
    /// @param faults takes each broken rule that is seen; what is answered then is not to be used
    public static Quiescing quiescing(
            @Nullable Boolean quiesce,
            @Nullable List<@Nullable String> mountpoints,
            @Nullable String scripts,
            Consumer<Refusal.Fault> faults) {
        boolean isAsked = quiesce == null || quiesce;
        int missing = missing(mountpoints);
        if (missing >= 0) {
            faults.accept(new Refusal.Fault("mountpoints[" + missing + "]", "text", "none"));
            return Quiescing.ALL;
        }
        ScriptSetId set = null;
        try {
            set = optional("scripts", scripts, ScriptSetId::new);
        } catch (Refusal.Invalid unreadable) {
            unreadable.faults().forEach(faults);
        }
        var quiescing = new Quiescing(isAsked, texts(mountpoints), set);
        quiescing
                .fault()
                .ifPresent(fault -> faults.accept(new Refusal.Fault(fault.field(), fault.expected(), fault.found())));
        return quiescing;
    }

    /// The place of the first null; -1 if there is none.
    private static int missing(@Nullable List<@Nullable String> some) {
        for (int place = 0; some != null && place < some.size(); place++) {
            if (some.get(place) == null) {
                return place;
            }
        }
        return -1;
    }

    private static @Nullable List<String> texts(@Nullable List<@Nullable String> some) {
        return some == null ? null : some.stream().map(Objects::requireNonNull).toList();
    }

    /// Ids say "VmId: expected a UUID, found ..."; the field's own name is told here.
    private static String expectedIn(String message) {
        int begin = message.indexOf("expected ");
        int end = message.lastIndexOf(", found ");
        return begin >= 0 && end > begin ? message.substring(begin + "expected ".length(), end) : message;
    }
}
