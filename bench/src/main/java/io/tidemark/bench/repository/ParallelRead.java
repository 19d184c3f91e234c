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
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

/// Reads a whole disk as fast as it goes with two threads, a MiB at a time; a third one takes what they have read.
final class ParallelRead {
    private static final int THREADS = 2;
    private static final int PIECE_BYTES = 1024 * 1024;
    private static final int PIECES_MAX = 6;

    private final DiskReader disk;
    private final Sink sink;
    private final AtomicLong next = new AtomicLong();
    private final BlockingQueue<byte[]> free = new ArrayBlockingQueue<>(PIECES_MAX);
    private final ExecutorService taking =
            Executors.newSingleThreadExecutor(Thread.ofPlatform().name("take").factory());

    private ParallelRead(DiskReader disk, Sink sink) {
        this.disk = disk;
        this.sink = sink;
        for (int piece = 0; piece < PIECES_MAX; piece++) {
            free.add(new byte[PIECE_BYTES]);
        }
    }

    /// Takes a piece, which it may not keep.
    private interface Sink {
        void take(long offset, byte[] bytes, int length) throws IOException;
    }

    /// To a new raw image.
    static void toImage(DiskReader disk, Path image) throws IOException, InterruptedException {
        try (FileChannel out = FileChannel.open(image, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            new ParallelRead(disk, (offset, bytes, length) -> {
                        ByteBuffer rest = ByteBuffer.wrap(bytes, 0, length);
                        while (rest.hasRemaining()) {
                            out.write(rest, offset + rest.position());
                        }
                    })
                    .run();
        }
    }

    static void toNowhere(DiskReader disk) throws IOException, InterruptedException {
        new ParallelRead(disk, (_, _, _) -> {}).run();
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

    private void run() throws IOException, InterruptedException {
        try (taking;
                ExecutorService reading = Executors.newFixedThreadPool(
                        THREADS, Thread.ofPlatform().name("read-", 1).factory())) {
            List<Future<List<Future<?>>>> readers = new ArrayList<>();
            for (int thread = 0; thread < THREADS; thread++) {
                readers.add(reading.submit(this::readPieces));
            }
            for (Future<List<Future<?>>> reader : readers) {
                for (Future<?> taken : reader.get()) {
                    taken.get();
                }
            }
        } catch (ExecutionException failed) {
            throw new IOException("reading: " + failed.getCause(), failed);
        }
    }

    private List<Future<?>> readPieces() throws InterruptedException {
        List<Future<?>> taken = new ArrayList<>();
        long size = disk.sizeBytes();
        for (long at = next.getAndAdd(PIECE_BYTES); at < size; at = next.getAndAdd(PIECE_BYTES)) {
            long offset = at;
            int length = (int) Math.min(PIECE_BYTES, size - at);
            byte[] bytes = free.take();
            disk.read(offset, bytes, length);
            taken.add(taking.submit(() -> {
                try {
                    sink.take(offset, bytes, length);
                } finally {
                    free.add(bytes);
                }
                return null;
            }));
        }
        return taken;
    }
}
