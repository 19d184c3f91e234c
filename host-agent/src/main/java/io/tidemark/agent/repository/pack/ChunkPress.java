package io.tidemark.agent.repository.pack;

import com.github.luben.zstd.ZstdCompressCtx;
import io.tidemark.agent.repository.ContentIds;
import io.tidemark.agent.repository.Decoding;
import io.tidemark.agent.repository.Digest;
import io.tidemark.agent.repository.Place;
import java.nio.ByteBuffer;
import java.util.Queue;
import java.util.concurrent.BlockingDeque;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Hashes and compresses chunks on platform threads, as many as there are cores. Holds room for a limited number of
/// chunks, which bounds what is under way.
public final class ChunkPress implements AutoCloseable {
    /// Fast before small: `docs/adr/0013-zstd-and-decoding.md`.
    private static final int ZSTD_LEVEL = -3;
    /// 130 KiB each.
    private static final int CHUNKS_MAX = 64;
    private static final int LAST_CHUNKS_SECONDS_MAX = 10;

    private final ExecutorService threads = Executors.newFixedThreadPool(
            Runtime.getRuntime().availableProcessors(),
            Thread.ofPlatform().daemon().name("chunk-press-", 1).factory());
    /// As many as threads at most: they cost more to make than a chunk to press.
    private final Queue<PressTools> idle = new ConcurrentLinkedQueue<>();
    /// The one that was given back last comes first, as it may still lie in a core's cache.
    private final BlockingDeque<PressedChunk> free = new LinkedBlockingDeque<>(CHUNKS_MAX);
    private final AtomicInteger made = new AtomicInteger();

    private final ContentIds ids;
    private final BooleanSupplier decodingTurns;

    /// @param decoding which of the packed chunks are unpacked again and compared
    public ChunkPress(ContentIds ids, Decoding decoding) {
        this.ids = ids;
        this.decodingTurns = decoding.turns();
    }

    /// Copies a chunk, which need not be kept after the return. Waits until there is room for it, which
    /// {@link #free} makes.
    public PressedChunk take(ByteBuffer chunk) throws InterruptedException {
        PressedChunk room = free.pollFirst();
        if (room == null) {
            room = made.getAndIncrement() < CHUNKS_MAX ? new PressedChunk() : free.takeFirst();
        }
        room.fill(chunk);
        return room;
    }

    /// Begins with a chunk; it is pressed when the answer is there.
    ///
    /// @param known finds the same bytes in the repository; called from any thread
    public Future<?> press(PressedChunk chunk, Function<Digest, @Nullable Place> known) {
        return threads.submit(() -> pressed(chunk, known));
    }

    private void pressed(PressedChunk chunk, Function<Digest, @Nullable Place> known) {
        PressTools tools = idle.poll();
        if (tools == null) {
            tools = PressTools.of(new ZstdCompressCtx().setLevel(ZSTD_LEVEL));
        }
        try {
            chunk.press(ids, tools, decodingTurns, known);
        } finally {
            idle.add(tools);
        }
    }

    /// Gives the room of a chunk back, once.
    public void free(PressedChunk chunk) {
        free.addFirst(chunk);
    }

    /// Gives up what is under way.
    @Override
    public void close() {
        threads.shutdownNow();
        try {
            if (threads.awaitTermination(LAST_CHUNKS_SECONDS_MAX, TimeUnit.SECONDS)) {
                idle.forEach(PressTools::close);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
