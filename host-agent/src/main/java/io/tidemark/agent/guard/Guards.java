package io.tidemark.agent.guard;

import io.tidemark.schemas.id.DomainUuid;
import io.tidemark.schemas.id.RestorePointId;

/// Gives each backup its guard. No backup starts without one.
public interface Guards {
    /// A guard that watches the domain from now on, in a process of its own, for the job of that point.
    ///
    /// @throws GuardUnavailableException if none could be started
    GuardLink start(DomainUuid domain, RestorePointId point);
}
