package io.tidemark.orchestrator.repository;

import io.tidemark.schemas.id.RepositoryId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A registered repository as its maintenance agent last spoke of it.
///
/// @param incarnation the highest catalog incarnation that it is known to hold; 0 before its first answer
/// @param detail why it is not ready, or what a later command failed of
/// @param unlistedPoints points that it holds and the catalog does not know
public record Repository(
        RepositoryId id,
        State state,
        long incarnation,
        @Nullable String detail,
        int unlistedPoints,
        Instant registeredAt) {
    /// Whether its maintenance agent has said that it is there.
    public enum State {
        CREATING,
        READY,
        FAILED
    }

    Repository created(long heard) {
        return new Repository(id, State.READY, Math.max(heard, incarnation), null, 0, registeredAt);
    }

    Repository asked() {
        return new Repository(id, State.CREATING, incarnation, null, unlistedPoints, registeredAt);
    }

    Repository holding(long heard) {
        return new Repository(id, state, Math.max(heard, incarnation), detail, unlistedPoints, registeredAt);
    }

    Repository withUnlisted(int more) {
        return new Repository(id, state, incarnation, detail, unlistedPoints + more, registeredAt);
    }

    /// The catalog knows all its points now.
    public Repository withAllListed() {
        return new Repository(id, state, incarnation, detail, 0, registeredAt);
    }

    /// A repository that was ready stays so: what failed was a later command.
    Repository failed(String why) {
        State next = state == State.READY ? State.READY : State.FAILED;
        return new Repository(id, next, incarnation, why, unlistedPoints, registeredAt);
    }
}
