package io.tidemark.orchestrator.policy;

import io.tidemark.schemas.id.PolicyId;
import io.tidemark.schemas.id.RepositoryId;
import io.tidemark.schemas.id.TrackerId;
import io.tidemark.schemas.vocabulary.BackupLevel;
import io.tidemark.schemas.vocabulary.Quiescing;
import java.time.Duration;

/// What is to be protected, when, into which repository and for how long.
///
/// @param name unique among policies
public record Policy(PolicyId id, String name, Terms terms) {
    /// What was agreed.
    ///
    /// @param tracker whose line of backups its backups are in
    /// @param level what each of its backups is asked to be
    /// @param keepLast how many points of each VM and its tracker stay at least, from 1
    /// @param deadline how long one task may take, waiting included
    public record Terms(
            Schedule schedule,
            Selection selection,
            RepositoryId repository,
            TrackerId tracker,
            BackupLevel level,
            Quiescing quiescing,
            int keepLast,
            Duration deadline,
            boolean enabled) {}
}
