package io.tidemark.agent.backup;

import io.tidemark.agent.repository.ChunkRange;
import io.tidemark.agent.repository.Chunks;
import io.tidemark.agent.repository.WriteSession;
import io.tidemark.schemas.id.DiskId;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongConsumer;

/// Puts whole chunks together from the pieces of a read, and hands them on. Holds no more than the chunks that are
/// begun, which the source's requests in flight bound.
final class ChunkAssembler implements DiskSource.Sink {
    private final WriteSession session;
    private final DiskId disk;
    private final long sizeBytes;
    private final LongConsumer progress;
    private final Map<Long, Begun> begun = new HashMap<>();
    /// Not final: counts.
    private long dataBytes;

    /// @param progress takes the length of each piece, in bytes
    ChunkAssembler(WriteSession session, DiskId disk, long sizeBytes, LongConsumer progress) {
        this.session = session;
        this.disk = disk;
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
            Begun chunk = begun(index);
            int start = (int) (at % Chunks.SIZE_BYTES);
            int length = Math.min(chunk.bytes.length - start, bytes.remaining());
            bytes.get(chunk.bytes, start, length);
            filled(index, chunk, length);
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
        if (chunk.filled < chunk.bytes.length) {
            return;
        }
        begun.remove(index);
        if (isZero(chunk.bytes)) {
            session.putZero(disk, new ChunkRange(index, 1));
        } else {
            dataBytes += chunk.bytes.length;
            session.putChunk(disk, index, chunk.bytes);
        }
    }

    private static boolean isZero(byte[] bytes) {
        return bytes[0] == 0 && Arrays.equals(bytes, 0, bytes.length - 1, bytes, 1, bytes.length);
    }

    /// Fails if a chunk was begun and not filled.
    void requireWhole() {
        if (!begun.isEmpty()) {
            throw new IllegalStateException(
                    "disk " + disk + ": expected whole chunks, found parts of " + begun.keySet());
        }
    }
}
