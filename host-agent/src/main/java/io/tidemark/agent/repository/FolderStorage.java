package io.tidemark.agent.repository;

import io.tidemark.agent.repository.RepositoryException.RepositoryUnavailable;
import io.tidemark.agent.repository.blob.BlobStore;
import io.tidemark.agent.repository.blob.FolderBlobs;
import io.tidemark.agent.repository.blob.FolderFiles;
import io.tidemark.agent.repository.blob.StepGate;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.UUID;
import java.util.function.Supplier;

/// A folder of a local file system or of NFS.
///
/// @param files those of the folder
/// @param root the folder
public record FolderStorage(FolderFiles files, Path root, Supplier<UUID> ids, InstantSource clock) implements Storage {
    private static final String TEMPORARY = "tmp";

    /// That of a folder.
    ///
    /// @param ids draws ids at random
    public static FolderStorage of(Path root, Supplier<UUID> ids, InstantSource clock) {
        return new FolderStorage(new FolderFiles(root, StepGate.OPEN), root, ids, clock);
    }

    @Override
    public String name() {
        return root.toString();
    }

    @Override
    public BlobStore blobs() {
        return new FolderBlobs(files);
    }

    @Override
    public void prepare() {
        files.createFolder("");
        files.createFolder(TEMPORARY);
    }

    @Override
    public void requireThere() {
        if (!Files.isDirectory(root)) {
            throw new RepositoryUnavailable("Repository " + root + ": expected a folder, found none", null);
        }
        if (!Files.isDirectory(work())) {
            throw new RepositoryUnavailable(
                    "Repository " + root + ": expected a repository with a folder " + TEMPORARY
                            + ", found none; it was never created, or its file system is not mounted",
                    null);
        }
    }

    @Override
    public Path work() {
        return root.resolve(TEMPORARY);
    }
}
