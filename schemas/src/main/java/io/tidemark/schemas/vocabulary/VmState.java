package io.tidemark.schemas.vocabulary;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/// What a domain is doing, as its host reports it.
public enum VmState {
    RUNNING,
    PAUSED,
    OFF;

    /// The code in messages and rows: lower case with hyphens.
    @JsonValue
    public String code() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
