package io.tidemark.bench.repository;

import io.tidemark.agent.repository.DiskReader;
import io.tidemark.agent.repository.Repository;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

/// Reads a whole disk as fast as it goes with two threads, a MiB at a time.
final class ParallelRead {
    private static final int THREADS = 2;
    private static final int PIECE_BYTES = 1024 * 1024;

    private ParallelRead() {}

    /// Takes a piece; may be called by several threads at once.
    private interface Sink {
        void take(long offset, byte[] bytes) throws IOException;
    }

    /// To a new raw image.
    static void toImage(DiskReader disk, Path image) throws IOException, InterruptedException {
        try (FileChannel out = FileChannel.open(image, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            run(disk, (offset, bytes) -> {
                ByteBuffer rest = ByteBuffer.wrap(bytes);
                while (rest.hasRemaining()) {
                    out.write(rest, offset + rest.position());
                }
            });
        }
    }

    static void toNowhere(DiskReader disk) throws IOException, InterruptedException {
        run(disk, (_, _) -> {});
    }

    /// Reads the newest point, and fails if it is another than the image.
    static void requireSame(Repository repository, BackedUpDisk disk, Path image)
            throws IOException, InterruptedException {
        Path restored = image.resolveSibling("restored.raw");
        try (DiskReader reader = repository.openDisk(disk.point(disk.newest()), disk.disk())) {
            toImage(reader, restored);
        }
        long mismatch = Files.mismatch(image, restored);
        if (mismatch >= 0) {
            throw new IOException("restored " + image + ": expected the same bytes, found others at " + mismatch);
        }
        Files.delete(restored);
    }

    private static void run(DiskReader disk, Sink sink) throws IOException, InterruptedException {
        AtomicLong next = new AtomicLong();
        try (ExecutorService threads = Executors.newFixedThreadPool(
                THREADS, Thread.ofPlatform().name("read-", 1).factory())) {
            List<Future<?>> all = new ArrayList<>();
            for (int thread = 0; thread < THREADS; thread++) {
                all.add(threads.submit(() -> {
                    readPieces(disk, next, sink);
                    return null;
                }));
            }
            for (Future<?> each : all) {
                each.get();
            }
        } catch (ExecutionException failed) {
            throw new IOException("reading: " + failed.getCause(), failed);
        }
    }

    private static void readPieces(DiskReader disk, AtomicLong next, Sink sink) throws IOException {
        long size = disk.sizeBytes();
        for (long at = next.getAndAdd(PIECE_BYTES); at < size; at = next.getAndAdd(PIECE_BYTES)) {
            sink.take(at, disk.read(at, (int) Math.min(PIECE_BYTES, size - at)));
        }
    }
}
