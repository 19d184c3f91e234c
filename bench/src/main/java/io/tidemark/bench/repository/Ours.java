package io.tidemark.bench.repository;

import io.tidemark.agent.repository.BlobRepository;
import io.tidemark.agent.repository.Decoding;
import io.tidemark.agent.repository.FolderStorage;
import io.tidemark.agent.repository.FolderStorage.Access;
import io.tidemark.agent.repository.Repository;
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
    static final String SAMPLED = NAME + ", one of 16 decoded";
    static final String REPEATED = NAME + ", all known";
    static final SigningHost HOST = new SigningHost(new HostId(UUID.randomUUID()), HostSigner.create());

    private static final String KEY = "key";
    private static final Access CLEAR = Access.CLEAR.signingAs(HOST);

    private Ours() {}

    /// Without protection, of hosts that do not trust one another.
    static BlobRepository clear(Path folder) {
        return opened(folder, CLEAR);
    }

    /// Without protection, unpacking few of the chunks again that it packs.
    static Repository sampled(Path folder) {
        return opened(folder, CLEAR.decoding(Decoding.SAMPLE));
    }

    /// Without protection, of hosts that trust one another.
    static Repository trusted(Path folder) {
        return opened(folder, CLEAR.ofTrusted(true));
    }

    /// A new one, sealed with keys.
    ///
    /// @param keys a folder that is there, for the file with the key
    static Repository createdProtected(Path folder, Path keys) {
        Credential key = Credential.createKeyFile(keys.resolve(KEY));
        BlobRepository repository = unlocked(folder, key);
        repository.createProtected(key, RecoveryKey.create().publicHalf());
        return repository;
    }

    /// One that was created so.
    static BlobRepository unlocked(Path folder, Path keys) {
        return unlocked(folder, Credential.readKeyFile(keys.resolve(KEY)));
    }

    private static BlobRepository unlocked(Path folder, Credential key) {
        return opened(folder, new Access(Optional.of(keyring -> keyring.unlock(key)), false, Optional.of(HOST)));
    }

    private static BlobRepository opened(Path folder, Access access) {
        return new BlobRepository(FolderStorage.of(folder, access, UUID::randomUUID, InstantSource.system()));
    }
}
