package io.tidemark.agent.repository;

/// `count` chunks of a disk, from chunk `first` on.
public record ChunkRange(long first, long count) {
    public ChunkRange {
        if (first < 0 || count < 1 || first + count < 0) {
            throw new IllegalArgumentException(
                    "ChunkRange: expected first from 0 and count from 1, found " + first + " and " + count);
        }
    }

    /// The chunks that bytes `[offset, offset + length)` touch; `length` is at least 1.
    public static ChunkRange touching(long offset, long length) {
        long first = offset / Chunks.SIZE_BYTES;
        return new ChunkRange(first, (offset + length - 1) / Chunks.SIZE_BYTES - first + 1);
    }

    /// The first chunk after the range.
    public long end() {
        return first + count;
    }
}
