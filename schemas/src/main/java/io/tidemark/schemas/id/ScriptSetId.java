package io.tidemark.schemas.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/// Names a set of scripts that an operator has put on a host: one folder below that of the agent's own setting.
/// Text: 1 to 64 characters of a-z, 0-9 and hyphen, so never a path.
public record ScriptSetId(@JsonValue String value) {
    private static final Pattern NAME = Pattern.compile("[a-z0-9-]{1,64}");

    @JsonCreator
    public ScriptSetId {
        if (!NAME.matcher(value).matches()) {
            throw new IllegalArgumentException("ScriptSetId: expected " + NAME + ", found " + found(value));
        }
    }

    private static String found(String value) {
        return value.length() > 64 ? value.length() + " characters" : "\"" + value + "\"";
    }

    @Override
    public String toString() {
        return value;
    }
}
