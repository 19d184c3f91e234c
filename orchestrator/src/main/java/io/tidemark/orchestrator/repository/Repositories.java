package io.tidemark.orchestrator.repository;

import io.tidemark.schemas.id.RepositoryId;
import java.util.List;
import java.util.Optional;

/// Where repositories' rows are kept. Joins the caller's transaction.
public interface Repositories {
    /// By id.
    List<Repository> all();

    Optional<Repository> byId(RepositoryId id);

    /// Adds the row or replaces it.
    void store(Repository repository);
}
