package io.tidemark.embedded.launcher;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/// What was started and has to be stopped, the last first: at the end of the work, or when the process is asked to
/// end in the midst of it (Ctrl-C, SIGTERM). Safe for use by several threads.
public final class Cleanup implements AutoCloseable {
    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    // not final: set once, by whoever closes first
    private boolean isClosing;
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

    /// Takes charge of a part that runs, and answers it. Once closing has begun, the part is stopped at once and
    /// that is an error.
    public <T extends AutoCloseable> T add(T part) throws IOException {
        synchronized (this) {
            if (!isClosing) {
                parts.push(part);
                return part;
            }
        }
        stop(List.of(part));
        throw new IOException("start: expected to go on, found that everything is being stopped");
    }

    /// Whether the process was asked to end before everything was stopped, so that failures are its echo.
    public boolean isAskedToEnd() {
        return isAskedToEnd;
    }

    /// Stops what is left, all of it, and then says what could not be. A second call changes nothing.
    @Override
    public void close() throws IOException {
        List<AutoCloseable> left;
        synchronized (this) {
            isClosing = true;
            left = List.copyOf(parts);
            parts.clear();
        }
        stop(left);
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
