package io.tidemark.agent.repository;

import io.tidemark.agent.repository.blob.BlobStore;
import io.tidemark.agent.repository.crypto.Keyring;
import io.tidemark.agent.repository.crypto.RepositoryKeys;
import io.tidemark.agent.repository.crypto.SigningHost;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;

/// What a repository is kept in, and what it takes from outside.
public interface Storage {
    /// Says in errors which one it is.
    String name();

    BlobStore blobs();

    /// Makes the place itself, if it is missing.
    void prepare();

    /// Fails if the place itself is missing, which is another thing than an empty one.
    void requireThere();

    /// For temporary files without a name, as large as the tables of a running backup: 38 bytes a new chunk.
    Path work();

    /// What opens the keyring of a repository with protection; empty where there is no key.
    Optional<Unlocking> unlocking();

    /// Opens a keyring with what this process holds: a credential, or a recovery key.
    interface Unlocking {
        RepositoryKeys unlock(Keyring keyring);
    }

    /// Who signs what is committed here; empty for whoever writes no points.
    Optional<SigningHost> host();

    /// Whether all hosts that write here trust one another: a writer takes over from points of other VMs then.
    boolean isTrusted();

    /// What a writer unpacks again before it commits.
    Decoding decoding();

    /// Draws ids at random.
    Supplier<UUID> ids();

    InstantSource clock();
}
