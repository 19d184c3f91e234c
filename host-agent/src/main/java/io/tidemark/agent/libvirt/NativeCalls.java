package io.tidemark.agent.libvirt;

import io.tidemark.agent.backup.HypervisorException;
import io.tidemark.agent.backup.HypervisorException.HypervisorUnavailable;
import io.tidemark.agent.snapshot.SnapshotException;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Runs native calls on platform threads of its own, so that one that hangs holds neither its caller beyond the
/// time limit nor a carrier of virtual threads. A hung call keeps its thread; when all hang, further calls are
/// refused.
final class NativeCalls implements AutoCloseable {
    private static final int WAITING_CALLS_MAX = 64;

    private final ThreadPoolExecutor threads;
    private final Duration limit;

    NativeCalls(int threadsMax, Duration limit) {
        this.limit = limit;
        this.threads = new ThreadPoolExecutor(
                threadsMax,
                threadsMax,
                30,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(WAITING_CALLS_MAX),
                Thread.ofPlatform().daemon().name("libvirt-", 1).factory());
        threads.allowCoreThreadTimeOut(true);
    }

    /// Answers what the call answers. A call that outlives the limit may still take effect later.
    <T> T run(String what, Callable<T> call) {
        Future<T> answer = submit(what, call);
        try {
            return answer.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException late) {
            answer.cancel(false);
            throw new HypervisorUnavailable(what + ": expected an answer within " + limit + ", found none");
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new HypervisorUnavailable(what + ": interrupted while waiting for libvirt");
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof HypervisorException known) {
                throw known;
            }
            if (failed.getCause() instanceof SnapshotException known) {
                throw known;
            }
            throw new IllegalStateException(what + ": unexpected failure", failed.getCause());
        }
    }

    private <T> Future<T> submit(String what, Callable<T> call) {
        try {
            return threads.submit(call);
        } catch (RejectedExecutionException full) {
            throw new HypervisorUnavailable(what + ": " + WAITING_CALLS_MAX + " libvirt calls wait already");
        }
    }

    @Override
    public void close() {
        threads.shutdown();
    }
}
