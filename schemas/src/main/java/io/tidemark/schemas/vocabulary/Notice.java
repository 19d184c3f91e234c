package io.tidemark.schemas.vocabulary;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/// What a backup that succeeded did not do as it was asked to.
public enum Notice {
    /// Not every chosen mountpoint is proved to have been frozen at the point.
    MOUNTPOINTS_NOT_FROZEN,
    /// No freeze was asked of a guest that does not run, so the scripts around it were not run either.
    SCRIPTS_NOT_RUN,
    /// The host's `post-thaw` could not be run, or ended with a failure.
    POST_THAW_FAILED;

    /// The code in messages and rows: lower case with hyphens.
    @JsonValue
    public String code() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
