package io.tidemark.agent.repository;

import io.tidemark.schemas.id.RepositoryId;

/// Resolves the ids of messages to repositories, by this agent's own configuration: a message never carries a path.
public interface Repositories {
    /// The repository of that id, without looking at its place yet.
    ///
    /// @throws RepositoryException.NoSuchRepository if the configuration does not name it
    Repository of(RepositoryId id);
}
