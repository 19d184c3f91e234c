package io.tidemark.orchestrator.incarnation;

import io.tidemark.schemas.id.Attempt;
import io.tidemark.schemas.id.RepositoryId;

/// Which life of the catalog this is. A database restored from an older copy meets a higher number outside, takes
/// the next one, forgets what it meant to send, and deletes nothing until a person has looked.
public interface Incarnation {
    long current();

    /// The next attempt of this incarnation; joins the caller's transaction, and no number is given twice.
    Attempt nextAttempt();

    /// A lower bound of every attempt that is yet to come.
    Attempt upcoming();

    /// The orchestrator starts, maybe on an older copy of the catalog: no repository has stated anything to it yet.
    void started();

    /// The repository states that it holds this incarnation; true if that raised ours, so that everyone must be
    /// told.
    boolean heard(RepositoryId repository, long outside);

    /// An export names the attempt: if it is not lower than all that are yet to come, the catalog takes the
    /// incarnation behind it, as after a statement. True if that raised ours.
    boolean exceed(Attempt exported);

    /// Whether the repository has stated its incarnation since the start.
    boolean isHeard(RepositoryId repository);

    /// Whether deletion and retirement stand still, as the catalog was restored from an older copy.
    boolean holdsDeletion();

    /// Whether nothing may be removed from the repository: deletion stands still, or the repository was not heard
    /// yet and may know of a newer catalog.
    default boolean holdsDeletion(RepositoryId repository) {
        return holdsDeletion() || !isHeard(repository);
    }

    /// Deletion and retirement stand still until a person has looked.
    void holdDeletion();

    /// A person has looked: deletion and retirement go on.
    void releaseDeletion();
}
