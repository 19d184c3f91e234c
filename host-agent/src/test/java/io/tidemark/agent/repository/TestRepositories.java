package io.tidemark.agent.repository;

import io.tidemark.agent.repository.FolderStorage.Access;
import io.tidemark.agent.repository.Storage.Unlocking;
import io.tidemark.agent.repository.blob.BlobStore;
import io.tidemark.agent.repository.blob.FolderFiles;
import io.tidemark.agent.repository.blob.StepGate;
import io.tidemark.agent.repository.crypto.Credential;
import io.tidemark.agent.repository.crypto.SigningHost;
import io.tidemark.schemas.id.RepositoryId;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;

/// Real repositories for tests.
public final class TestRepositories {
    private static final Access CLEAR = Access.CLEAR.signingAs(TestHosts.SELF);

    private TestRepositories() {}

    public static Repository folder(Path folder) {
        return folder(folder, StepGate.OPEN);
    }

    static BlobRepository folder(Path folder, StepGate gate) {
        return new BlobRepository(new FolderStorage(
                new FolderFiles(folder, gate), folder, CLEAR, UUID::randomUUID, InstantSource.system()));
    }

    public static Repositories folders(Map<RepositoryId, Path> folders) {
        Map<RepositoryId, FolderRepositories.Location> locations = new HashMap<>();
        folders.forEach((id, folder) ->
                locations.put(id, new FolderRepositories.Location(folder, Optional.empty(), true, Decoding.ALL)));
        return new FolderRepositories(locations, TestHosts.SELF, UUID::randomUUID, InstantSource.system());
    }

    /// Over a store that is there from the beginning.
    static BlobRepository over(BlobStore store, Path work, InstantSource clock) {
        return over(store, work, clock, Optional.empty());
    }

    /// With what opens its keyring.
    static BlobRepository over(BlobStore store, Path work, InstantSource clock, Optional<Credential> credential) {
        Optional<Unlocking> unlocking = credential.map(each -> keyring -> keyring.unlock(each));
        return over(store, work, clock, new Access(unlocking, true, Optional.of(TestHosts.SELF)));
    }

    static BlobRepository over(BlobStore store, Path work, InstantSource clock, Access access) {
        return new BlobRepository(new TestStorage(store, work, access, UUID::randomUUID, clock));
    }

    /// With ids that are drawn as somebody likes, of hosts that do not trust one another.
    static BlobRepository over(BlobStore store, Path work, InstantSource clock, Supplier<UUID> ids) {
        return new BlobRepository(new TestStorage(store, work, CLEAR, ids, clock));
    }

    private record TestStorage(BlobStore blobs, Path work, Access access, Supplier<UUID> ids, InstantSource clock)
            implements Storage {
        @Override
        public String name() {
            return "test";
        }

        @Override
        public void prepare() {
            // it is there
        }

        @Override
        public void requireThere() {
            // it is there
        }

        @Override
        public boolean isTrusted() {
            return access.isTrusted();
        }

        @Override
        public Decoding decoding() {
            return access.decoding();
        }

        @Override
        public Optional<SigningHost> host() {
            return access.host();
        }

        @Override
        public Optional<Unlocking> unlocking() {
            return access.keys();
        }
    }
}
