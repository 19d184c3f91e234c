package io.tidemark.agent.repository;

import io.tidemark.agent.repository.FolderStorage.Access;
import io.tidemark.agent.repository.RepositoryException.NoSuchRepository;
import io.tidemark.agent.repository.crypto.CryptoWarmUp;
import io.tidemark.agent.repository.crypto.HostSigner;
import io.tidemark.agent.repository.crypto.SigningHost;
import io.tidemark.schemas.id.HostId;
import io.tidemark.schemas.id.RepositoryId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/// Repositories in folders, as configured.
public final class FolderRepositories implements Repositories {
    private static final Logger LOG = Logger.getLogger(FolderRepositories.class);

    private final Map<RepositoryId, Repository> repositories;

    /// Where a repository is.
    ///
    /// @param keyFile opens the keyring of one with protection
    /// @param isTrusted whether all hosts that write there trust one another
    /// @param decoding what is unpacked again before a commit
    public record Location(Path folder, Optional<Path> keyFile, boolean isTrusted, Decoding decoding) {}

    /// As whom points are committed.
    ///
    /// @param keyFile what the host signs with; made if there is none, and never replaced
    public record Signing(HostId host, Path keyFile) {
        private SigningHost read() {
            boolean isThere = Files.exists(keyFile);
            HostSigner signer = HostSigner.readOrCreate(keyFile);
            if (!isThere) {
                LOG.infof("made the signing key %s of host %s: %s", signer.id(), host, keyFile);
            }
            return new SigningHost(host, signer);
        }
    }

    /// @param ids draws ids at random
    public FolderRepositories(
            Map<RepositoryId, Location> locations, Signing signing, Supplier<UUID> ids, InstantSource clock) {
        this(locations, signing.read(), ids, clock);
    }

    FolderRepositories(
            Map<RepositoryId, Location> locations, SigningHost host, Supplier<UUID> ids, InstantSource clock) {
        Map<RepositoryId, Repository> opened = new HashMap<>();
        locations.forEach((id, location) -> {
            Access access = Access.withKeyFile(location.keyFile())
                    .ofTrusted(location.isTrusted())
                    .decoding(location.decoding())
                    .signingAs(host);
            opened.put(id, new BlobRepository(FolderStorage.of(location.folder(), access, ids, clock)));
        });
        this.repositories = Map.copyOf(opened);
        if (locations.values().stream().anyMatch(each -> each.keyFile().isPresent())) {
            Thread.ofPlatform().daemon().name("crypto-warm-up").start(CryptoWarmUp::run);
        }
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
