package io.tidemark.agent.repository;

import io.tidemark.agent.repository.RepositoryException.RepositoryUnavailable;
import io.tidemark.agent.repository.blob.BlobStore;
import io.tidemark.agent.repository.blob.FolderBlobs;
import io.tidemark.agent.repository.blob.FolderFiles;
import io.tidemark.agent.repository.blob.StepGate;
import io.tidemark.agent.repository.crypto.Credential;
import io.tidemark.agent.repository.crypto.SigningHost;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;

/// A folder of a local file system or of NFS.
///
/// @param files those of the folder
/// @param root the folder
public record FolderStorage(FolderFiles files, Path root, Access access, Supplier<UUID> ids, InstantSource clock)
        implements Storage {
    private static final String TEMPORARY = "tmp";

    /// That of a folder.
    ///
    /// @param ids draws ids at random
    public static FolderStorage of(Path root, Access access, Supplier<UUID> ids, InstantSource clock) {
        return new FolderStorage(new FolderFiles(root, StepGate.OPEN), root, access, ids, clock);
    }

    /// How this process may use the repository.
    ///
    /// @param keys empty where there is no key
    /// @param isTrusted whether all hosts that write there trust one another
    /// @param host signs what is committed; empty for whoever writes no points
    /// @param decoding what a writer unpacks again before it commits
    public record Access(Optional<Unlocking> keys, boolean isTrusted, Optional<SigningHost> host, Decoding decoding) {
        /// Of a repository without protection, for whoever writes no points.
        public static final Access CLEAR = new Access(Optional.empty(), false, Optional.empty());

        /// Unpacking all.
        public Access(Optional<Unlocking> keys, boolean isTrusted, Optional<SigningHost> host) {
            this(keys, isTrusted, host, Decoding.ALL);
        }

        /// With a key file, which is read when it is needed; without one if it is empty.
        public static Access withKeyFile(Optional<Path> file) {
            return new Access(
                    file.map(each -> keyring -> keyring.unlock(Credential.readKeyFile(each))), false, Optional.empty());
        }

        public Access ofTrusted(boolean isTrusting) {
            return new Access(keys, isTrusting, host, decoding);
        }

        public Access decoding(Decoding wanted) {
            return new Access(keys, isTrusted, host, wanted);
        }

        public Access signingAs(SigningHost signing) {
            return new Access(keys, isTrusted, Optional.of(signing), decoding);
        }
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
    public Optional<Unlocking> unlocking() {
        return access.keys();
    }

    @Override
    public Optional<SigningHost> host() {
        return access.host();
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
    public Path work() {
        return root.resolve(TEMPORARY);
    }
}
