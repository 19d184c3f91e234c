package io.tidemark.orchestrator.incarnation;

import io.tidemark.schemas.id.Attempt;

/// Which life of the catalog this is. A database restored from an older copy meets a higher number outside, takes
/// the next one, forgets what it meant to send, and deletes nothing until a person has looked.
public interface Incarnation {
    long current();

    /// The next attempt of this incarnation; joins the caller's transaction, and no number is given twice.
    Attempt nextAttempt();

    /// A repository states that it holds this incarnation; true if that raised ours, so that everyone must be told.
    boolean heard(long outside);

    /// Whether deletion and retirement stand still, as the catalog was restored from an older copy.
    boolean holdsDeletion();
}
