package io.tidemark.schemas.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/// What a snapshot is called, by people and on the storage. Text: 1 to 64 characters of ASCII letters, digits,
/// underscore, dot, plus and hyphen, the first one neither dot, plus nor hyphen: fit for every mechanism's
/// storage, and never a path or an option. A mechanism may refuse single names that its storage keeps for
/// itself.
public record SnapshotName(@JsonValue String value) {
    private static final int CHARACTERS_MAX = 64;
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.+-]{0," + (CHARACTERS_MAX - 1) + "}");

    @JsonCreator
    public SnapshotName {
        if (!NAME.matcher(value).matches()) {
            throw new IllegalArgumentException("SnapshotName: expected " + NAME + ", found " + found(value));
        }
    }

    /// The name of a snapshot that nobody has named.
    public static SnapshotName of(SnapshotId snapshot) {
        return new SnapshotName("tidemark-" + snapshot);
    }

    private static String found(String value) {
        return value.length() > CHARACTERS_MAX ? value.length() + " characters" : "\"" + value + "\"";
    }

    @Override
    public String toString() {
        return value;
    }
}
