package io.tidemark.agent.repository;

import io.tidemark.agent.repository.RepositoryException.NoSuchRepository;
import io.tidemark.schemas.id.RepositoryId;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeSet;

/// Repositories in folders, as configured.
public final class FolderRepositories implements Repositories {
    private final Map<RepositoryId, Path> folders;

    public FolderRepositories(Map<RepositoryId, Path> folders) {
        this.folders = Map.copyOf(folders);
    }

    @Override
    public Repository of(RepositoryId id) {
        Path folder = folders.get(id);
        if (folder == null) {
            var known = new TreeSet<>(folders.keySet().stream().map(RepositoryId::value).toList());
            throw new NoSuchRepository("repository " + id + ": expected one of " + known + ", found no such id");
        }
        return new FolderRepository(folder);
    }
}
