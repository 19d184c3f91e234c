package io.tidemark.schemas.vocabulary;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/// What a client's request waits for: checkpoint taken, point available, point re-read.
public enum Gate {
    CREATED,
    DURABLE,
    VERIFIED;

    /// The code in messages and rows: lower case with hyphens.
    @JsonValue
    public String code() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
