package io.tidemark.schemas.vocabulary;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/// How much of a disk a restore point's backup read and stored.
public enum Level {
    FULL,
    INCREMENTAL;

    /// The code in messages and rows: lower case with hyphens.
    @JsonValue
    public String code() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
