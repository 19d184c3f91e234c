package io.tidemark.agent.restore;

import io.tidemark.agent.extent.ExtentMap;
import java.io.IOException;
import java.nio.ByteBuffer;

/// A new image, all zero, open for this restore alone: QEMU refuses it to everybody else until the end. One thread
/// uses it; `abort` may come from any. After an `IOException` other than from `flush` nothing in it counts.
public interface ImageTarget extends AutoCloseable {
    /// Virtual size, in bytes.
    long sizeBytes();

    /// Writes what `bytes` has left; the buffer is free on return. A failure may show as late as in `flush`.
    void write(long offset, ByteBuffer bytes) throws IOException;

    /// Makes `[offset, offset + length)` zero.
    void zero(long offset, long length) throws IOException;

    /// All that was written is on stable storage on return.
    void flush() throws IOException;

    /// The parts of `[offset, offset + length)` that the image does not vouch to be zero.
    ExtentMap maybeData(long offset, long length) throws IOException;

    /// Reads back every byte of `wanted`; pieces come in any order, each byte once, or the call fails.
    void read(ExtentMap wanted, Reader reader) throws IOException;

    /// Closes the image in good order and gives up its lock; fails if QEMU could not.
    void complete() throws IOException;

    /// Ends a call that runs, from any thread. What follows fails.
    void abort();

    /// Gives up the image as it is. Safe after `complete` and to call twice.
    @Override
    void close();

    /// Takes what was read.
    interface Reader {
        /// The buffer is the target's own and is reused after the call.
        void data(long offset, ByteBuffer bytes) throws IOException;

        /// The image says that `length` bytes from `offset` are zero.
        void zero(long offset, long length) throws IOException;
    }
}
