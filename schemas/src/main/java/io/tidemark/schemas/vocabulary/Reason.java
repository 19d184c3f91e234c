package io.tidemark.schemas.vocabulary;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/// Why a disk was backed up full, or has no epoch, or why its increment begins none.
public enum Reason {
    FIRST_BACKUP,
    FORCED_FULL,
    INTERVAL_REACHED,
    DISK_ADDED,
    DISK_RESIZED,
    BITMAP_MISSING,
    BITMAP_INCONSISTENT,
    BITMAP_NOT_RECORDING,
    BITMAP_GAP_IN_BACKING_CHAIN,
    BITMAP_NOT_MIGRATED,
    CHECKPOINT_MISSING,
    CHECKPOINT_FOREIGN,
    REVERTED_OR_RESTORED,
    PARENT_MISSING,
    PARENT_CORRUPT,
    REPOSITORY_CHANGED,
    TRACKING_UNSUPPORTED,
    SIZE_MISMATCH,
    SAMPLE_MISMATCH,
    PARENT_PRUNED,
    TRACKER_EXPIRED,
    NOT_TRACKED,
    DISK_REPLACED,
    BITMAP_FOREIGN,
    CHANGED_OFFLINE,
    QUARANTINED,
    HOST_UNREACHABLE,
    /// The disk could not be looked at just now, as while a backup hides its bitmaps: nobody knows.
    NOT_OBSERVED,
    CATALOG_REBUILT,
    /// The backup is a copy: it begins no epoch, and ends none.
    COPY,
    /// The VM has as many recording bitmaps as it may: the tracker gets none, and ends none.
    TRACKER_LIMIT,
    /// The disk is an increment since the last full: it begins no epoch, and ends none. The only reason of a disk
    /// that is not full.
    DIFFERENTIAL,
    /// A differential was asked for, and no full is there on which all disks still stand.
    NO_FULL_TO_DIFFER_FROM;

    /// Whether a disk that is full for this reason begins no bitmap although it could have one.
    public boolean beginsNoBitmap() {
        return this == COPY || this == TRACKER_LIMIT;
    }

    /// Whether somebody asked for the full, and so for one that needs nothing of what was stored before.
    public boolean isAskedFor() {
        return this == FORCED_FULL || this == INTERVAL_REACHED || this == COPY;
    }

    /// The code in messages and rows: lower case with hyphens.
    @JsonValue
    public String code() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
