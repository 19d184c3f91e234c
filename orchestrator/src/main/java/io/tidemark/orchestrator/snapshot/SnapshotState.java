package io.tidemark.orchestrator.snapshot;

import java.util.Locale;

/// Where one snapshot stands, as far as its host has told.
public enum SnapshotState {
    /// It was asked for, and is not there yet.
    CREATING,
    /// It is on its host.
    PRESENT,
    /// It is there, and the volumes are to hold again what they held when it was taken.
    REVERTING,
    /// It is there, whole or in part, and is to be given up.
    DELETING,
    /// Nothing of it is left on its host.
    DELETED,
    /// It was never taken.
    FAILED;

    /// Whether something of it is, or may be, on its host, so that its name is taken.
    public boolean isKept() {
        return switch (this) {
            case CREATING, PRESENT, REVERTING, DELETING -> true;
            case DELETED, FAILED -> false;
        };
    }

    /// The code in answers: lower case.
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }
}
