package io.tidemark.embedded.launcher;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/// What was started and has to be stopped, the last first: at the end of the work, or when the process is asked to
/// end in the midst of it (Ctrl-C, SIGTERM). It is the only owner of that order: no part ends by itself when the
/// process is asked to end. Safe for use by several threads.
public final class Cleanup implements AutoCloseable {
    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    /// Held while a part starts or parts are stopped.
    private final ReentrantLock turn = new ReentrantLock();
    // not final: set once, by whoever closes first
    private volatile boolean isClosing;
    private volatile boolean isAskedToEnd;

    /// One that also runs when the process is asked to end.
    public static Cleanup atExit() {
        Cleanup cleanup = new Cleanup();
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().name("cleanup").unstarted(() -> {
            cleanup.isAskedToEnd = true;
            try {
                cleanup.close();
            } catch (IOException failed) {
                System.err.println(failed.getMessage());
            }
        }));
        return cleanup;
    }

    /// How a part comes to run.
    public interface Start<T extends AutoCloseable> {
        T start() throws IOException, InterruptedException;
    }

    /// Starts a part, takes charge of it and answers it. Closing waits for the end of the start, as what is half
    /// started could not be stopped; so a start has to have a limit.
    public <T extends AutoCloseable> T start(Start<T> start) throws IOException, InterruptedException {
        turn.lock();
        try {
            if (isClosing) {
                throw stopping();
            }
            T part = start.start();
            parts.push(part);
            return part;
        } finally {
            turn.unlock();
        }
    }

    /// Takes charge of a part that runs, and answers it. Once closing has begun, the part is stopped at once and
    /// that is an error.
    public <T extends AutoCloseable> T add(T part) throws IOException {
        turn.lock();
        try {
            if (!isClosing) {
                parts.push(part);
                return part;
            }
            stop(List.of(part));
            throw stopping();
        } finally {
            turn.unlock();
        }
    }

    private static IOException stopping() {
        return new IOException("start: expected to go on, found that everything is being stopped");
    }

    /// Whether the process was asked to end before everything was stopped, so that failures are its echo.
    public boolean isAskedToEnd() {
        return isAskedToEnd;
    }

    /// Stops what is left, all of it, and then says what could not be. A second call changes nothing, and returns
    /// when the first has stopped everything.
    @Override
    public void close() throws IOException {
        isClosing = true;
        turn.lock();
        try {
            List<AutoCloseable> left = List.copyOf(parts);
            parts.clear();
            stop(left);
        } finally {
            turn.unlock();
        }
    }

    private static void stop(List<AutoCloseable> parts) throws IOException {
        List<Exception> failures = new ArrayList<>();
        for (AutoCloseable part : parts) {
            try {
                part.close();
            } catch (Exception e) {
                failures.add(e);
            }
        }
        if (!failures.isEmpty()) {
            throw new IOException("stop: expected every part to stop, found " + failures, failures.getFirst());
        }
    }
}
