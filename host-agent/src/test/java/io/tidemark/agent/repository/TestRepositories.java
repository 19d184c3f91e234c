package io.tidemark.agent.repository;

import io.tidemark.agent.repository.blob.BlobStore;
import io.tidemark.agent.repository.blob.FolderFiles;
import io.tidemark.agent.repository.blob.StepGate;
import io.tidemark.agent.repository.crypto.Credential;
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
    private TestRepositories() {}

    public static Repository folder(Path folder) {
        return folder(folder, StepGate.OPEN);
    }

    static BlobRepository folder(Path folder, StepGate gate) {
        return new BlobRepository(new FolderStorage(
                new FolderFiles(folder, gate), folder, Optional.empty(), UUID::randomUUID, InstantSource.system()));
    }

    public static Repositories folders(Map<RepositoryId, Path> folders) {
        Map<RepositoryId, FolderRepositories.Location> locations = new HashMap<>();
        folders.forEach((id, folder) -> locations.put(id, new FolderRepositories.Location(folder, Optional.empty())));
        return new FolderRepositories(locations, UUID::randomUUID, InstantSource.system());
    }

    /// Over a store that is there from the beginning.
    static BlobRepository over(BlobStore store, Path work, InstantSource clock) {
        return over(store, work, clock, Optional.empty());
    }

    /// With what opens its keyring.
    static BlobRepository over(BlobStore store, Path work, InstantSource clock, Optional<Credential> credential) {
        return new BlobRepository(new TestStorage(store, work, clock, credential, UUID::randomUUID));
    }

    /// With ids that are drawn as somebody likes.
    static BlobRepository over(BlobStore store, Path work, InstantSource clock, Supplier<UUID> ids) {
        return new BlobRepository(new TestStorage(store, work, clock, Optional.empty(), ids));
    }

    private record TestStorage(
            BlobStore blobs, Path work, InstantSource clock, Optional<Credential> credential, Supplier<UUID> ids)
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
    }
}
