package io.tidemark.agent.repository;

import io.tidemark.schemas.vocabulary.FailureReason;
import org.jspecify.annotations.Nullable;

/// Why the repository did not do what was asked. The message names the thing, what was expected and what was found.
public abstract sealed class RepositoryException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private RepositoryException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /// The word for it in messages.
    public FailureReason reason() {
        return switch (this) {
            case NoSuchRepository _ -> FailureReason.NO_SUCH_REPOSITORY;
            case RepositoryUnavailable _, NotPermitted _, FormatTooNew _, KeyRefused _ ->
                FailureReason.REPOSITORY_UNAVAILABLE;
            case CollectedMeanwhile _ -> FailureReason.COLLECTED_MEANWHILE;
            case RepositoryFull _ -> FailureReason.REPOSITORY_FULL;
            case DamagedException _ -> FailureReason.DIGEST_MISMATCH;
            case NoSuchPoint _ -> FailureReason.NO_SUCH_RESTORE_POINT;
            case PointHeld _ -> FailureReason.RESTORE_POINT_HELD;
            case AttemptStale _ -> FailureReason.SUPERSEDED;
            case ParentMissing _, SessionUnusable _ -> FailureReason.INTERNAL;
        };
    }

    /// The agent's configuration has no repository of that id.
    public static final class NoSuchRepository extends RepositoryException {
        public NoSuchRepository(String message) {
            super(message, null);
        }
    }

    /// The place is missing, not a repository, or failing.
    public static final class RepositoryUnavailable extends RepositoryException {
        public RepositoryUnavailable(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    /// This process may not do that there, as it may not write, or nobody may.
    public static final class NotPermitted extends RepositoryException {
        public NotPermitted(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    /// A newer program wrote what is there: nothing is wrong with it, and this program cannot go by it.
    public static final class FormatTooNew extends RepositoryException {
        public FormatTooNew(String message) {
            super(message, null);
        }
    }

    /// What a write session had taken over from another point, and not from its parent, was deleted before the
    /// commit. Nothing is wrong with the repository: an attempt that begins now proves what it takes over anew.
    public static final class CollectedMeanwhile extends RepositoryException {
        public CollectedMeanwhile(String message) {
            super(message, null);
        }
    }

    /// The place has no room left.
    public static final class RepositoryFull extends RepositoryException {
        public RepositoryFull(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    /// Stored bytes are not those that were written; none of them were handed out.
    public static final class DamagedException extends RepositoryException {
        public DamagedException(String thing, String expected, String found) {
            super(thing + " is damaged: expected " + expected + ", found " + found, null);
        }
    }

    /// The parent is not a committed point of this VM and tracker, or was removed.
    public static final class ParentMissing extends RepositoryException {
        public ParentMissing(String message) {
            super(message, null);
        }
    }

    /// A newer attempt or incarnation has been seen, or the attempt was closed.
    public static final class AttemptStale extends RepositoryException {
        public AttemptStale(String message) {
            super(message, null);
        }
    }

    /// No such point or disk was ever committed, or it was removed.
    public static final class NoSuchPoint extends RepositoryException {
        public NoSuchPoint(String message) {
            super(message, null);
        }
    }

    /// The point is held, and cannot be removed until it is released.
    public static final class PointHeld extends RepositoryException {
        public PointHeld(String message) {
            super(message, null);
        }
    }

    /// The write session failed before, or was used out of order; it refuses further use.
    public static final class SessionUnusable extends RepositoryException {
        public SessionUnusable(String message) {
            super(message, null);
        }
    }

    /// The passphrase, key file or handle does not allow this; nothing was written. The message holds no key.
    public static final class KeyRefused extends RepositoryException {
        public KeyRefused(String message) {
            super(message, null);
        }
    }
}
