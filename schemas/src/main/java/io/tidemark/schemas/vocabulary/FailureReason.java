package io.tidemark.schemas.vocabulary;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/// Why a task, a request or a maintenance command ended without success.
public enum FailureReason {
    VM_OFF,
    TIMED_OUT,
    CANCELLED,
    VM_MOVED,
    HOST_UNREACHABLE,
    SCRATCH_FULL,
    DOMAIN_BUSY,
    REPOSITORY_FULL,
    REPOSITORY_UNAVAILABLE,
    GATE_UNSUPPORTED,
    NO_SUCH_VM,
    NO_SUCH_REPOSITORY,
    NO_SUCH_RESTORE_POINT,
    RESTORE_POINT_HELD,
    NO_SUCH_HOST,
    TARGET_EXISTS,
    DIGEST_MISMATCH,
    HYPERVISOR_UNAVAILABLE,
    SESSION_NOT_GRANTED,
    MESSAGE_UNKNOWN,
    MESSAGE_MALFORMED,
    SUPERSEDED,
    AGENT_RESTARTED,
    /// A script of the host around the freeze could not be run, or ended with a failure.
    SCRIPT_FAILED,
    /// What a backup had taken over from another point in the repository was collected before its commit.
    COLLECTED_MEANWHILE,
    NO_SUCH_SNAPSHOT,
    NO_SUCH_VOLUME,
    /// The volume cannot have a snapshot of the kind that was asked for.
    KIND_UNAVAILABLE,
    /// The mechanism that was asked for needs something that the volume or its host has not.
    MECHANISM_UNAVAILABLE,
    /// A snapshot of that name is there already, of this volume or of one that takes its names from the same place.
    NAME_TAKEN,
    /// The storage keeps the name for itself.
    NAME_UNFIT,
    /// Somebody else has the volume open to write.
    VOLUME_IN_USE,
    /// The volume's storage has too little room.
    NO_SPACE,
    /// The VM runs, and nobody said that it may be stopped.
    VM_RUNS,
    /// The snapshot is not as it was left: it was removed or changed by somebody else.
    SNAPSHOT_CHANGED,
    /// Something else hangs on the snapshot.
    SNAPSHOT_NEEDED,
    /// A restore point is newer than the snapshot, and nobody said that it may be gone back past.
    NEWER_RESTORE_POINT,
    INTERNAL;

    /// The code in messages and rows: lower case with hyphens.
    @JsonValue
    public String code() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
