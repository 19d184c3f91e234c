package io.tidemark.bench.repository;

import io.tidemark.agent.repository.BlobRepository;
import io.tidemark.agent.repository.FolderStorage;
import io.tidemark.agent.repository.Repository;
import io.tidemark.agent.repository.Storage;
import io.tidemark.agent.repository.blob.FolderFiles;
import io.tidemark.agent.repository.blob.StepGate;
import io.tidemark.agent.repository.crypto.Credential;
import io.tidemark.agent.repository.crypto.HostSigner;
import io.tidemark.agent.repository.crypto.RecoveryKey;
import io.tidemark.agent.repository.crypto.SigningHost;
import io.tidemark.schemas.id.HostId;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;

/// Repositories of ours in folders. Each call makes an object that remembers nothing of what is there.
final class Ours {
    static final String NAME = "tidemark";
    static final String PROTECTED = NAME + " with protection";
    static final String REPEATED = NAME + ", all known";
    static final SigningHost HOST = new SigningHost(new HostId(UUID.randomUUID()), HostSigner.create());

    private Ours() {}

    /// Without protection, of hosts that do not trust one another.
    static Repository clear(Path folder) {
        return opened(folder, Optional.empty(), false);
    }

    /// Without protection, of hosts that trust one another.
    static Repository trusted(Path folder) {
        return opened(folder, Optional.empty(), true);
    }

    /// A new one, sealed with keys.
    ///
    /// @param keys a folder that is there, for the file with the key
    static Repository createdProtected(Path folder, Path keys) {
        Credential key = Credential.createKeyFile(keys.resolve("key"));
        BlobRepository repository = opened(folder, Optional.of(keyring -> keyring.unlock(key)), false);
        repository.createProtected(key, RecoveryKey.create().publicHalf());
        return repository;
    }

    private static BlobRepository opened(Path folder, Optional<Storage.Unlocking> keys, boolean isTrusted) {
        return new BlobRepository(new FolderStorage(
                new FolderFiles(folder, StepGate.OPEN),
                folder,
                new FolderStorage.Access(keys, isTrusted, Optional.of(HOST)),
                UUID::randomUUID,
                InstantSource.system()));
    }
}
