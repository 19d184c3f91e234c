package io.tidemark.orchestrator.run;

import io.tidemark.schemas.id.RepositoryId;

/// Which repositories may take a backup.
public interface RepositoryDirectory {
    boolean isKnown(RepositoryId repository);

    /// Whether its maintenance agent has said that it is there; tasks wait until then.
    boolean isReady(RepositoryId repository);
}
