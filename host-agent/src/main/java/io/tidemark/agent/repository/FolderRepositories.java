package io.tidemark.agent.repository;

import io.tidemark.agent.repository.FolderStorage.Access;
import io.tidemark.agent.repository.RepositoryException.NoSuchRepository;
import io.tidemark.agent.repository.crypto.CryptoWarmUp;
import io.tidemark.schemas.id.RepositoryId;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Supplier;

/// Repositories in folders, as configured.
public final class FolderRepositories implements Repositories {
    private final Map<RepositoryId, Repository> repositories;

    /// Where a repository is.
    ///
    /// @param keyFile opens the keyring of one with protection
    /// @param isTrusted whether all hosts that write there trust one another
    public record Location(Path folder, Optional<Path> keyFile, boolean isTrusted) {}

    /// @param ids draws ids at random
    public FolderRepositories(Map<RepositoryId, Location> locations, Supplier<UUID> ids, InstantSource clock) {
        Map<RepositoryId, Repository> opened = new HashMap<>();
        locations.forEach((id, location) -> opened.put(id, new BlobRepository(storage(location, ids, clock))));
        this.repositories = Map.copyOf(opened);
        if (locations.values().stream().anyMatch(each -> each.keyFile().isPresent())) {
            Thread.ofPlatform().daemon().name("crypto-warm-up").start(CryptoWarmUp::run);
        }
    }

    private static Storage storage(Location location, Supplier<UUID> ids, InstantSource clock) {
        Access access = Access.withKeyFile(location.keyFile(), location.isTrusted());
        return FolderStorage.of(location.folder(), access, ids, clock);
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
