package io.tidemark.agent.repository;

import io.tidemark.agent.repository.RepositoryException.SessionUnusable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Runs steps one after the other on a thread of its own, so that who reads never waits for who writes, but for
/// steps that wait in too great a number. After a step that failed none is run.
final class OrderedSteps implements AutoCloseable {
    private static final int WAITING_MAX = 256;
    private static final int LAST_STEP_SECONDS_MAX = 10;

    private final String name;
    private final ExecutorService thread = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("repository-writer").factory());
    private final Semaphore room = new Semaphore(WAITING_MAX);
    private volatile @Nullable RuntimeException failure;

    /// @param name says in errors whose steps they are
    OrderedSteps(String name) {
        this.name = name;
    }

    /// Queues a step, and throws what an earlier one threw.
    ///
    /// @param after is run after the step, or in its place if an earlier one failed
    void then(Runnable step, Runnable after) {
        take(1);
        thread.execute(() -> run(step, after));
        throwFailure();
    }

    private void run(Runnable step, Runnable after) {
        try {
            if (failure == null) {
                step.run();
            }
        } catch (RuntimeException failed) {
            failure = failed;
        } finally {
            after.run();
            room.release();
        }
    }

    /// Waits until all steps are done, and throws what one threw.
    void await() {
        take(WAITING_MAX);
        room.release(WAITING_MAX);
        throwFailure();
    }

    private void take(int count) {
        try {
            room.acquire(count);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SessionUnusable(name + ": interrupted");
        }
    }

    private void throwFailure() {
        RuntimeException failed = failure;
        if (failed != null) {
            throw failed;
        }
    }

    /// Gives up what waits, and waits for the step that runs.
    @Override
    public void close() {
        thread.shutdownNow();
        try {
            boolean _ = thread.awaitTermination(LAST_STEP_SECONDS_MAX, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
