package io.tidemark.agent.repository;

/// How a disk is cut: aligned chunks of one size, the last one short.
public final class Chunks {
    public static final int SIZE_BYTES = 64 * 1024;

    private Chunks() {}

    /// The number of chunks of a disk of `sizeBytes`.
    public static long count(long sizeBytes) {
        return Math.ceilDiv(sizeBytes, SIZE_BYTES);
    }

    /// The length of chunk `index` of a disk of `sizeBytes`.
    public static int lengthBytes(long sizeBytes, long index) {
        return (int) Math.min(SIZE_BYTES, sizeBytes - index * SIZE_BYTES);
    }
}
