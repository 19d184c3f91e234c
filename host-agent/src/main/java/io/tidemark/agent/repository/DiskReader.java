package io.tidemark.agent.repository;

import java.util.List;

/// Random access to one disk of one point. Hands out checked bytes only. Safe for use by many threads.
public interface DiskReader extends AutoCloseable {
    long sizeBytes();

    /// The `length` bytes from `offset` on; the range must lie within the disk.
    byte[] read(long offset, int length);

    /// The chunks recorded as zero, in order, neighbours merged.
    List<ChunkRange> zeroRanges();

    @Override
    void close();
}
