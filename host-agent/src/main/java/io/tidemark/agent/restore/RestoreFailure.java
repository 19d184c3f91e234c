package io.tidemark.agent.restore;

import io.tidemark.agent.backup.HypervisorException;
import io.tidemark.agent.backup.HypervisorException.HypervisorUnavailable;
import io.tidemark.agent.repository.RepositoryException;
import io.tidemark.schemas.vocabulary.FailureReason;
import java.nio.file.Path;

/// Ends a restore; reason and message go into `RestoreFailed` as they are.
final class RestoreFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final FailureReason reason;

    RestoreFailure(FailureReason reason, String detail) {
        super(detail);
        this.reason = reason;
    }

    RestoreFailure(FailureReason reason, String detail, Throwable cause) {
        super(detail, cause);
        this.reason = reason;
    }

    /// The image read back is not what was written.
    static RestoreFailure differs(Path image, long at, byte expected, byte found) {
        return new RestoreFailure(
                FailureReason.DIGEST_MISMATCH,
                "image " + image + " read back: expected byte " + (expected & 0xff) + " at " + at + ", found "
                        + (found & 0xff));
    }

    /// The word and detail for whatever ended a restore. What a cancellation tears down fails in many ways.
    static RestoreFailure of(Exception failure, Cancellation cancellation) {
        if (failure instanceof RestoreFailure known) {
            return known;
        }
        if (cancellation.isCancelled()) {
            return cancellation.failure();
        }
        String detail = "restore " + cancellation.task() + ": ";
        return switch (failure) {
            case RepositoryException e -> new RestoreFailure(e.reason(), detail + e.getMessage(), e);
            case HypervisorUnavailable e ->
                new RestoreFailure(FailureReason.HYPERVISOR_UNAVAILABLE, detail + e.getMessage(), e);
            case HypervisorException e -> new RestoreFailure(FailureReason.INTERNAL, detail + e.getMessage(), e);
            default -> new RestoreFailure(FailureReason.INTERNAL, detail + failure, failure);
        };
    }

    FailureReason reason() {
        return reason;
    }

    String detail() {
        return String.valueOf(getMessage());
    }
}
