package io.tidemark.agent.repository.pack;

import com.github.luben.zstd.ZstdCompressCtx;
import io.tidemark.agent.repository.Digest;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Hashes and compresses chunks on platform threads, as many as there are cores. The caller bounds how many chunks
/// are under way.
public final class ChunkPress implements AutoCloseable {
    private static final int ZSTD_LEVEL = 1;
    private static final int LAST_CHUNKS_SECONDS_MAX = 10;

    private final ExecutorService threads = Executors.newFixedThreadPool(
            Runtime.getRuntime().availableProcessors(),
            Thread.ofPlatform().daemon().name("chunk-press-", 1).factory());
    /// A context costs more to make than a chunk to compress.
    private final Queue<ZstdCompressCtx> idle = new ConcurrentLinkedQueue<>();

    /// A chunk made ready for the pack.
    ///
    /// @param same where the repository holds the same bytes already; null if it is not known to
    /// @param stored what to write if it does not
    /// @param kind how `stored` is to be read; zero if the chunk needs no bytes
    @SuppressWarnings("ArrayRecordComponent") // never compared, only handed on
    public record Pressed(Digest id, @Nullable ChunkEntry same, byte[] stored, ChunkEntry.Kind kind) {}

    /// Begins with a chunk, which must not be changed any more.
    ///
    /// @param known finds the same bytes in the repository; called from any thread
    public Future<Pressed> press(byte[] chunk, Function<Digest, @Nullable ChunkEntry> known) {
        return threads.submit(() -> pressed(chunk, known));
    }

    private Pressed pressed(byte[] chunk, Function<Digest, @Nullable ChunkEntry> known) {
        if (isZero(chunk)) {
            return new Pressed(ChunkEntry.ZERO.id(), ChunkEntry.ZERO, chunk, ChunkEntry.Kind.ZERO);
        }
        Digest id = Digest.of(chunk);
        ChunkEntry same = known.apply(id);
        if (same != null) {
            return new Pressed(id, same, chunk, same.kind());
        }
        byte[] packed = compressed(chunk);
        boolean isSmaller = packed.length < chunk.length;
        return new Pressed(
                id, null, isSmaller ? packed : chunk, isSmaller ? ChunkEntry.Kind.ZSTD : ChunkEntry.Kind.RAW);
    }

    private static boolean isZero(byte[] bytes) {
        return bytes[0] == 0 && Arrays.equals(bytes, 0, bytes.length - 1, bytes, 1, bytes.length);
    }

    private byte[] compressed(byte[] chunk) {
        ZstdCompressCtx context = idle.poll();
        if (context == null) {
            context = new ZstdCompressCtx().setLevel(ZSTD_LEVEL);
        }
        try {
            return context.compress(chunk);
        } finally {
            idle.add(context);
        }
    }

    /// Gives up what is under way.
    @Override
    public void close() {
        threads.shutdownNow();
        try {
            if (threads.awaitTermination(LAST_CHUNKS_SECONDS_MAX, TimeUnit.SECONDS)) {
                idle.forEach(ZstdCompressCtx::close);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
