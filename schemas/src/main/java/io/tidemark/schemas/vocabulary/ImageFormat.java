package io.tidemark.schemas.vocabulary;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/// The format of a disk image.
public enum ImageFormat {
    QCOW2,
    RAW;

    /// The code in messages and rows: lower case with hyphens.
    @JsonValue
    public String code() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
