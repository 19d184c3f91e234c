package io.tidemark.agent.backup;

import io.tidemark.agent.extent.DirtyMap;
import io.tidemark.agent.extent.ExtentMap;
import java.io.IOException;
import java.nio.ByteBuffer;

/// One disk at one point in time. Used by one thread; `close` may come from any and ends a read. An
/// `IOException` means that the attempt has no trustworthy bytes: throw the attempt away.
public interface DiskSource extends AutoCloseable {
    /// Virtual size, in bytes.
    long sizeBytes();

    /// What changed since the bitmap began, as the bitmap says; fails if the source has no bitmap.
    DirtyMap dirty() throws IOException;

    /// Every byte from `offset` (inclusive) to `offset + length` (exclusive), known zero or not.
    Allocation allocation(long offset, long length) throws IOException;

    /// Reads every byte of `wanted`; pieces come in any order, each byte once, or the call fails.
    void read(ExtentMap wanted, Sink sink) throws IOException;

    @Override
    void close() throws IOException;

    /// A range's map split by the only thing that licenses not reading: the source says that it is zero.
    record Allocation(ExtentMap data, ExtentMap zero) {}

    /// Takes what was read.
    interface Sink {
        /// The buffer is the source's own and is reused after the call.
        void data(long offset, ByteBuffer bytes) throws IOException;

        /// The source says that `length` bytes from `offset` are zero.
        void zero(long offset, long length) throws IOException;
    }
}
