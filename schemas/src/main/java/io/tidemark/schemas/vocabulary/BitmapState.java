package io.tidemark.schemas.vocabulary;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/// What the bitmaps of one name, one in each image of a disk from the top down, are good for.
public enum BitmapState {
    /// They have recorded every write since their checkpoint.
    RECORDING,
    /// They exist and are sound, but one of them does not record.
    NOT_RECORDING,
    /// QEMU did not close one of them cleanly; it can only be deleted.
    INCONSISTENT,
    /// An image has none that lies on one which has: what was written to it is not known.
    GAP,
    /// The disk has no bitmap of that name.
    MISSING;

    /// The code in messages: lower case with hyphens.
    @JsonValue
    public String code() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
