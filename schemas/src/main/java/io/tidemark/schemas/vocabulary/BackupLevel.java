package io.tidemark.schemas.vocabulary;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Locale;

/// What a backup is asked to be, and what its restore point is listed as.
public enum BackupLevel {
    /// Every disk is read whole, and the next increments are built on it.
    FULL,
    /// Each disk is an increment where it can be.
    INCREMENTAL,
    /// Every disk is read whole, and no chain of increments notices.
    COPY,
    /// Each disk is an increment since the last full, which the next differential and the next increment build on
    /// as well.
    DIFFERENTIAL;

    /// The level of that code.
    public static BackupLevel of(String code) {
        return Arrays.stream(values())
                .filter(level -> level.code().equals(code))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "BackupLevel: expected full, incremental, differential or copy, found \"" + code + "\""));
    }

    /// The code in messages and rows: lower case with hyphens.
    @JsonValue
    public String code() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
