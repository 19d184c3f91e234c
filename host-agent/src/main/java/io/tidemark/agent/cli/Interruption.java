package io.tidemark.agent.cli;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Gives work that a person breaks off the time to take back what it has begun.
final class Interruption implements AutoCloseable {
    private static final long UNDO_SECONDS_MAX = 10;

    private final CompletableFuture<Boolean> told = new CompletableFuture<>();
    private final CountDownLatch ended = new CountDownLatch(1);

    Interruption() {
        Runtime.getRuntime().addShutdownHook(new Thread(this::breakOff, "interruption"));
    }

    /// Completes when the process is told to end.
    CompletionStage<Boolean> told() {
        return told;
    }

    private void breakOff() {
        told.complete(true);
        try {
            boolean _ = ended.await(UNDO_SECONDS_MAX, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// The work has ended, in whatever way.
    @Override
    public void close() {
        ended.countDown();
    }
}
