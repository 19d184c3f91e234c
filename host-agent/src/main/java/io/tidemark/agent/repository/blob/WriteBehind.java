package io.tidemark.agent.repository.blob;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/// Has what is written to a growing file synced while more is written, so that the last sync finds little to do and
/// the page cache never holds much that is not on the disk. One sync at a time; its failure counts for the file, as
/// the kernel tells it once only. One thread uses it.
final class WriteBehind implements AutoCloseable {
    private static final long SYNCED_AT_ONCE_BYTES = 32L << 20;

    private final FolderFiles files;
    private final TemporaryFile file;
    private final String name;
    // not final: they follow the growth of the file
    private CompletableFuture<Void> sync = CompletableFuture.completedFuture(null);
    private long waitingBytes;

    WriteBehind(FolderFiles files, TemporaryFile file, String name) {
        this.files = files;
        this.file = file;
        this.name = name;
    }

    /// Counts what was written, and throws what a sync before it threw.
    void written(int lengthBytes) {
        waitingBytes += lengthBytes;
        if (waitingBytes >= SYNCED_AT_ONCE_BYTES && sync.isDone()) {
            await();
            waitingBytes = 0;
            sync = CompletableFuture.runAsync(
                    () -> files.sync(file, name), Thread.ofPlatform().daemon().name("pack-sync")::start);
        }
    }

    /// Waits for the sync under way, and throws what it threw.
    void await() {
        try {
            sync.join();
        } catch (CompletionException failed) {
            if (failed.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw failed;
        }
    }

    /// Waits for the sync under way, whatever comes of it. Safe to call twice.
    @Override
    public void close() {
        boolean _ = sync.handle((_, failure) -> failure == null).join();
    }
}
