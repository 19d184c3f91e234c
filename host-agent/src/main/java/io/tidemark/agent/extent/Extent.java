package io.tidemark.agent.extent;

/// Bytes `offset` (inclusive) to `end()` (exclusive) of a disk, with the flags of whoever reported them.
public record Extent(long offset, long length, int flags) {
    public Extent {
        if (offset < 0 || length <= 0 || offset > Long.MAX_VALUE - length) {
            throw new IllegalArgumentException("extent: expected offset >= 0, length > 0 and an end below 2^63, found "
                    + offset + " and " + length);
        }
    }

    /// First byte after this extent.
    public long end() {
        return offset + length;
    }
}
