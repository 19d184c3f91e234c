package io.tidemark.agent.backup;

import io.tidemark.agent.repository.ChunkRange;
import io.tidemark.agent.repository.Chunks;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongConsumer;

/// Puts whole chunks together from the pieces of a read, and hands them on; one that comes whole is not copied.
/// Holds no more than the chunks that are begun, which the source's requests in flight bound.
final class ChunkAssembler implements DiskSource.Sink {
    private final WholeChunks whole;
    private final long sizeBytes;
    private final LongConsumer progress;
    private final Map<Long, Begun> begun = new HashMap<>();
    /// Not final: counts.
    private long dataBytes;

    /// Takes whole chunks.
    interface WholeChunks {
        /// The buffer is taken back after the call.
        void chunk(long index, ByteBuffer bytes);

        void zero(ChunkRange range);
    }

    /// @param progress takes the length of each piece, in bytes
    ChunkAssembler(WholeChunks whole, long sizeBytes, LongConsumer progress) {
        this.whole = whole;
        this.sizeBytes = sizeBytes;
        this.progress = progress;
    }

    private static final class Begun {
        private final byte[] bytes;
        private int filled;

        private Begun(int length) {
            bytes = new byte[length];
        }
    }

    /// How many bytes were in chunks that are not zero.
    long dataBytes() {
        return dataBytes;
    }

    @Override
    public void data(long offset, ByteBuffer bytes) {
        progress.accept(bytes.remaining());
        for (long at = offset; bytes.hasRemaining(); ) {
            long index = at / Chunks.SIZE_BYTES;
            int start = (int) (at % Chunks.SIZE_BYTES);
            int chunkLength = Chunks.lengthBytes(sizeBytes, index);
            int length = Math.min(chunkLength - start, bytes.remaining());
            ByteBuffer part = bytes.slice(bytes.position(), length);
            if (length == chunkLength && !begun.containsKey(index)) {
                put(index, part);
            } else {
                Begun chunk = begun(index);
                part.get(chunk.bytes, start, length);
                filled(index, chunk, length);
            }
            bytes.position(bytes.position() + length);
            at += length;
        }
    }

    @Override
    public void zero(long offset, long length) {
        progress.accept(length);
        for (long at = offset; at < offset + length; ) {
            long index = at / Chunks.SIZE_BYTES;
            Begun chunk = begun(index);
            int part = (int) Math.min(chunk.bytes.length - at % Chunks.SIZE_BYTES, offset + length - at);
            filled(index, chunk, part);
            at += part;
        }
    }

    private Begun begun(long index) {
        return begun.computeIfAbsent(index, at -> new Begun(Chunks.lengthBytes(sizeBytes, at)));
    }

    private void filled(long index, Begun chunk, int length) {
        chunk.filled += length;
        if (chunk.filled == chunk.bytes.length) {
            begun.remove(index);
            put(index, ByteBuffer.wrap(chunk.bytes));
        }
    }

    private void put(long index, ByteBuffer chunk) {
        if (isZero(chunk)) {
            whole.zero(new ChunkRange(index, 1));
        } else {
            dataBytes += chunk.remaining();
            whole.chunk(index, chunk);
        }
    }

    /// A buffer that equals itself moved by one byte holds one value only.
    private static boolean isZero(ByteBuffer bytes) {
        int last = bytes.remaining() - 1;
        return bytes.get(0) == 0 && bytes.slice(0, last).equals(bytes.slice(1, last));
    }

    /// Fails if a chunk was begun and not filled.
    void requireWhole() {
        if (!begun.isEmpty()) {
            throw new IllegalStateException("read of a disk: expected whole chunks, found parts of " + begun.keySet());
        }
    }
}
