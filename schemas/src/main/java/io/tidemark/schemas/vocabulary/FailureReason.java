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
    INTERNAL;

    /// The code in messages and rows: lower case with hyphens.
    @JsonValue
    public String code() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
