package io.tidemark.agent.repository;

import java.util.List;

/// Random access to one disk of one point. Hands out checked bytes only. Safe for use by many threads.
public interface DiskReader extends AutoCloseable {
    long sizeBytes();

    /// Puts the `length` bytes from `offset` on at the beginning of `target`, whatever it holds; the range must lie
    /// within the disk. After an error `target` holds anything.
    void read(long offset, byte[] target, int length);

    /// The `length` bytes from `offset` on; the range must lie within the disk.
    default byte[] read(long offset, int length) {
        byte[] bytes = new byte[(int) Math.clamp((long) length, 0, sizeBytes())];
        read(offset, bytes, length);
        return bytes;
    }

    /// Whether the first `length` bytes are those of the disk from `offset` on; the range must lie within the disk.
    /// Goes by the chunks' ids: what is stored is read only for chunks that the range has a part of.
    boolean isContent(long offset, byte[] bytes, int length);

    /// The chunks recorded as zero, in order, neighbours merged.
    List<ChunkRange> zeroRanges();

    @Override
    void close();
}
