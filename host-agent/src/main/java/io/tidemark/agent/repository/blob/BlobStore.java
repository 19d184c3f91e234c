package io.tidemark.agent.repository.blob;

import io.tidemark.agent.repository.RepositoryException.DamagedException;
import java.nio.ByteBuffer;
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
        /// An object of that name is there, and stays, whoever loses power now, with all that was found
        /// in its folder before. It may be the caller's own: a request that the network repeated finds its
        /// own success.
        TAKEN
    }

    /// Creates an object with its content, if the name is free: of all who try, one succeeds.
    Creation createIfAbsent(BlobName name, byte[] content);

    /// Begins an object that grows before it gets its name. The owner, 1 to 100 letters, digits and `-`, is what
    /// {@link #discard} knows what is left of it by.
    Upload begin(String owner);

    /// Deletes what processes that died left of an owner's uploads, and nothing of any other owner. What has its
    /// name already stays; what was discarded never gets one.
    void discard(String owner);

    /// An object that is being written, seen by nobody before it has its name. After an error, and after it was
    /// published or closed, it refuses all further use as *unusable*. One thread at a time.
    interface Upload extends AutoCloseable {
        /// Appends all that `bytes` has left; the buffer is the caller's again after the return.
        void write(ByteBuffer bytes);

        /// Gives the object its name, once, if the name is free; what holds for {@link #createIfAbsent} holds here.
        Creation publish(BlobName name);

        /// Gives up what was not published. Safe to call twice.
        @Override
        void close();
    }

    /// The whole content; empty if there is no such object. One of more than `bytesMax` is damaged, and is not
    /// read.
    Optional<byte[]> read(BlobName name, int bytesMax);

    /// Fills what `target` has left with the bytes from `offset` on; false if there is no such object. One that
    /// ends before that is damaged. After an error `target` holds anything.
    boolean readRange(BlobName name, long offset, ByteBuffer target);

    /// Exactly `length` bytes from `offset` on; empty if there is no such object.
    default Optional<byte[]> readRange(BlobName name, long offset, int length) {
        byte[] bytes = new byte[length];
        return readRange(name, offset, ByteBuffer.wrap(bytes)) ? Optional.of(bytes) : Optional.empty();
    }

    /// The end of an object, and how long the whole is.
    ///
    /// @param bytes its last ones
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record End(long sizeBytes, byte[] bytes) {}

    /// The last `bytesMax` bytes, or all of an object that is shorter; empty if there is no such object.
    Optional<End> readEnd(BlobName name, int bytesMax);

    /// Names of objects right in the folder, sorted: each may be there, and others may be as well. Nothing else
    /// follows from a listing.
    List<BlobName> list(String folder);

    /// Of these, those behind a name of that folder in their order, which may be told much faster.
    default List<BlobName> listBehind(BlobName name) {
        return list(name.folder()).stream()
                .filter(each -> each.text().compareTo(name.text()) > 0)
                .toList();
    }

    /// Afterwards the object is not found, and its name is not used again. Absent is deleted. If the storage loses
    /// power soon after, the object may be back, whole.
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
