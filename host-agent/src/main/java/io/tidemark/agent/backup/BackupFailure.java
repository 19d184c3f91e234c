package io.tidemark.agent.backup;

import io.tidemark.agent.backup.HypervisorException.CheckpointBroken;
import io.tidemark.agent.backup.HypervisorException.DomainBusy;
import io.tidemark.agent.backup.HypervisorException.DomainMoved;
import io.tidemark.agent.backup.HypervisorException.DomainOff;
import io.tidemark.agent.backup.HypervisorException.HypervisorUnavailable;
import io.tidemark.agent.backup.HypervisorException.NoSuchDomain;
import io.tidemark.agent.backup.HypervisorException.RequestRefused;
import io.tidemark.agent.repository.RepositoryException;
import io.tidemark.agent.repository.RepositoryException.AttemptStale;
import io.tidemark.agent.repository.RepositoryException.CollectedMeanwhile;
import io.tidemark.agent.repository.RepositoryException.DamagedException;
import io.tidemark.agent.repository.RepositoryException.FormatTooNew;
import io.tidemark.agent.repository.RepositoryException.KeyRefused;
import io.tidemark.agent.repository.RepositoryException.NoSuchPoint;
import io.tidemark.agent.repository.RepositoryException.NoSuchRepository;
import io.tidemark.agent.repository.RepositoryException.NotPermitted;
import io.tidemark.agent.repository.RepositoryException.ParentMissing;
import io.tidemark.agent.repository.RepositoryException.PointHeld;
import io.tidemark.agent.repository.RepositoryException.RepositoryFull;
import io.tidemark.agent.repository.RepositoryException.RepositoryUnavailable;
import io.tidemark.agent.repository.RepositoryException.SessionUnusable;
import io.tidemark.agent.script.ScriptException;
import io.tidemark.schemas.vocabulary.FailureReason;
import org.jspecify.annotations.Nullable;

/// Ends an attempt, with the reason that its event carries.
final class BackupFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final FailureReason reason;

    BackupFailure(FailureReason reason, String detail) {
        this(reason, detail, null);
    }

    private BackupFailure(FailureReason reason, String detail, @Nullable Throwable cause) {
        super(detail, cause);
        this.reason = reason;
    }

    FailureReason reason() {
        return reason;
    }

    String detail() {
        return String.valueOf(getMessage());
    }

    /// The failure that an exception of one of the ports means; one of no port is a fault of ours.
    static BackupFailure of(Throwable cause) {
        return switch (cause) {
            case BackupFailure known -> known;
            case HypervisorException hypervisor -> new BackupFailure(reason(hypervisor), detail(cause), cause);
            case RepositoryException repository -> new BackupFailure(reason(repository), detail(cause), cause);
            case ScriptException _ -> new BackupFailure(FailureReason.SCRIPT_FAILED, detail(cause), cause);
            default -> new BackupFailure(FailureReason.INTERNAL, detail(cause), cause);
        };
    }

    private static String detail(Throwable cause) {
        return cause.getMessage() == null ? cause.toString() : cause.getMessage();
    }

    private static FailureReason reason(HypervisorException cause) {
        return switch (cause) {
            case HypervisorUnavailable _ -> FailureReason.HYPERVISOR_UNAVAILABLE;
            case DomainMoved _ -> FailureReason.VM_MOVED;
            case NoSuchDomain _ -> FailureReason.NO_SUCH_VM;
            case DomainBusy _ -> FailureReason.DOMAIN_BUSY;
            case DomainOff _ -> FailureReason.VM_OFF;
            case CheckpointBroken _, RequestRefused _ -> FailureReason.INTERNAL;
            default -> FailureReason.INTERNAL;
        };
    }

    private static FailureReason reason(RepositoryException cause) {
        return switch (cause) {
            case NoSuchRepository _ -> FailureReason.NO_SUCH_REPOSITORY;
            case RepositoryUnavailable _, NotPermitted _, FormatTooNew _, DamagedException _, KeyRefused _ ->
                FailureReason.REPOSITORY_UNAVAILABLE;
            case CollectedMeanwhile _ -> FailureReason.COLLECTED_MEANWHILE;
            case RepositoryFull _ -> FailureReason.REPOSITORY_FULL;
            case AttemptStale _ -> FailureReason.SUPERSEDED;
            case ParentMissing _, NoSuchPoint _, PointHeld _, SessionUnusable _ -> FailureReason.INTERNAL;
        };
    }
}
