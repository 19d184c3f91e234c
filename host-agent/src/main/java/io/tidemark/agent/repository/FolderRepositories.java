package io.tidemark.agent.repository;

import io.tidemark.agent.repository.RepositoryException.NoSuchRepository;
import io.tidemark.schemas.id.RepositoryId;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Supplier;

/// Repositories in folders, as configured.
public final class FolderRepositories implements Repositories {
    private final Map<RepositoryId, Repository> repositories;

    /// @param ids draws ids at random
    public FolderRepositories(Map<RepositoryId, Path> folders, Supplier<UUID> ids, InstantSource clock) {
        Map<RepositoryId, Repository> opened = new HashMap<>();
        folders.forEach((id, folder) -> opened.put(id, new BlobRepository(FolderStorage.of(folder, ids, clock))));
        this.repositories = Map.copyOf(opened);
    }

    @Override
    public Repository of(RepositoryId id) {
        Repository repository = repositories.get(id);
        if (repository == null) {
            var known = new TreeSet<>(
                    repositories.keySet().stream().map(RepositoryId::value).toList());
            throw new NoSuchRepository("repository " + id + ": expected one of " + known + ", found no such id");
        }
        return repository;
    }
}
