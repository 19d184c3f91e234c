package io.tidemark.agent.snapshot;

import io.tidemark.schemas.vocabulary.FailureReason;

/// Something was not done with a snapshot. The message names the thing, what was expected and what was found.
public final class SnapshotException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final FailureReason reason;

    public SnapshotException(FailureReason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public SnapshotException(FailureReason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    public FailureReason reason() {
        return reason;
    }
}
