package io.tidemark.agent.restore.nbd;

import io.tidemark.agent.nbd.NbdClient;
import java.io.IOException;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// One `qemu-nbd` that serves one connection.
///
/// @param output what it printed
record QemuNbdServer(Process process, Path socket, Path output, Duration limit) {
    private static final int POLL_MILLIS = 10;

    /// Connects as soon as it listens.
    NbdClient connect(String context) throws IOException {
        for (long poll = 0; poll < limit.toMillis() / POLL_MILLIS; poll++) {
            if (Files.exists(socket)) {
                try {
                    return NbdClient.connect(socket, "", List.of(context));
                } catch (SocketException notYet) {
                    // it has bound the socket and does not listen yet
                }
            }
            if (ended(Duration.ofMillis(POLL_MILLIS))) {
                throw new IOException("qemu-nbd: expected it to serve " + socket + ", found its end with code "
                        + process.exitValue() + ": " + printed());
            }
        }
        throw new IOException("qemu-nbd: expected it to serve " + socket + " within " + limit + ", found it silent");
    }

    /// After the connection was closed: it has written out the image and given up the lock, or this fails.
    void awaitEnd() throws IOException {
        if (!ended(limit)) {
            throw new IOException("qemu-nbd: expected its end within " + limit + ", found it running");
        }
        if (process.exitValue() != 0) {
            throw new IOException("qemu-nbd: expected exit code 0, found " + process.exitValue() + ": " + printed());
        }
    }

    private boolean ended(Duration within) throws IOException {
        try {
            return process.waitFor(within.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("qemu-nbd: interrupted while waiting for it", e);
        }
    }

    private String printed() throws IOException {
        return Files.readString(output).strip();
    }

    /// Kills it if it runs, and deletes what it left.
    void kill() {
        process.destroyForcibly();
        process.onExit()
                .orTimeout(limit.toMillis(), TimeUnit.MILLISECONDS)
                .exceptionally(_ -> process)
                .join();
        try {
            Files.deleteIfExists(socket);
            Files.deleteIfExists(output);
        } catch (IOException _) {
            // small, and named by the task
        }
    }
}
