package io.tidemark.agent.guard;

import io.tidemark.schemas.id.DomainUuid;
import io.tidemark.schemas.id.RestorePointId;
import org.jspecify.annotations.Nullable;

/// Gives each backup its guard, and each snapshot that freezes or pauses a guest. None starts without one.
public interface Guards {
    /// A guard that watches the domain from now on, in a process of its own, for the job of that point.
    ///
    /// @param point null if no job is begun
    /// @throws GuardUnavailableException if none could be started
    GuardLink start(DomainUuid domain, @Nullable RestorePointId point);

    /// The same, for work that begins no job.
    default GuardLink start(DomainUuid domain) {
        return start(domain, null);
    }
}
