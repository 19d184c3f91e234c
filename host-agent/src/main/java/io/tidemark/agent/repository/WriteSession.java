package io.tidemark.agent.repository;

import io.tidemark.schemas.id.DiskId;
import java.nio.ByteBuffer;

/// Writes one restore point. Each chunk of each disk is given exactly one of put, zero and keep, in any order; a
/// later word on a chunk replaces an earlier one. A session that failed once refuses all further use. One thread at
/// a time.
public interface WriteSession extends AutoCloseable {
    /// Stores one chunk; `bytes` has the chunk's whole length left: {@link Chunks#SIZE_BYTES}, or less for a disk's
    /// last one. The buffer is the caller's again after the return.
    void putChunk(DiskId disk, long index, ByteBuffer bytes);

    /// Records chunks as zero, whatever the parent holds there.
    void putZero(DiskId disk, ChunkRange range);

    /// Takes chunks over from the parent's disk of the same id and size.
    void keep(DiskId disk, ChunkRange range);

    /// Whether the parent's disk of the same id and size has the same content there: `bytes` has the chunk's whole
    /// length left, and is the caller's again after the return.
    boolean isAsInParent(DiskId disk, long index, ByteBuffer bytes);

    /// Ends the data: all of it is on stable storage after the return. A chunk never spoken of is an error.
    void seal(PointDescription description);

    /// Makes the sealed point visible, or refuses, in one atomic step with the check of the attempt.
    /// {@link RepositoryException.CollectedMeanwhile}: what was taken over from another point than the parent is
    /// gone, and only a new attempt, which reads the data again, can store it.
    CommitReceipt commit();

    /// Gives back open files and temporary ones. What was sealed and not committed stays until
    /// {@link Repository#closeAttempt} deletes it. Never throws for leftovers that it cannot delete.
    @Override
    void close();
}
