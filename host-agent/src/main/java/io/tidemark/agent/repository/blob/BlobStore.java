package io.tidemark.agent.repository.blob;

import io.tidemark.agent.repository.RepositoryException.DamagedException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Immutable objects by name, with no more promised than a folder, NFS and S3 all keep: the section *What is asked
/// of storage* of `docs/formats/repository.md`. There is no renaming and no overwriting. Every failure is one of
/// the `RepositoryException` family.
public interface BlobStore {
    /// What became of a creation.
    enum Creation {
        /// The object is there whole, and stays, whoever loses power now.
        CREATED,
        /// An object of that name is there. It may be the caller's own: a request that the network repeated finds
        /// its own success.
        TAKEN
    }

    /// Creates an object with its content, if the name is free: of all who try, one succeeds.
    Creation createIfAbsent(BlobName name, byte[] content);

    /// The whole content; empty if there is no such object. One of more than `bytesMax` is damaged, and is not
    /// read.
    Optional<byte[]> read(BlobName name, int bytesMax);

    /// Exactly `length` bytes from `offset` on; empty if there is no such object. One that ends before that is
    /// damaged.
    Optional<byte[]> readRange(BlobName name, long offset, int length);

    /// Names of objects right in the folder, sorted: each may be there, and others may be as well. Nothing else
    /// follows from a listing.
    List<BlobName> list(String folder);

    /// Afterwards the object is not found, and its name is not used again. Absent is deleted.
    void delete(BlobName name);

    /// Creates the object, or finds that one with the same content is there. False: the name holds other content.
    /// Whoever must know that it was he writes something of his own into the content.
    default boolean createOwn(BlobName name, byte[] content) {
        if (createIfAbsent(name, content) == Creation.CREATED) {
            return true;
        }
        try {
            return read(name, content.length)
                    .filter(found -> Arrays.equals(found, content))
                    .isPresent();
        } catch (DamagedException longer) {
            return false;
        }
    }
}
