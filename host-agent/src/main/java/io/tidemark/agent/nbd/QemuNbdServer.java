package io.tidemark.agent.nbd;

import java.io.IOException;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// One `qemu-nbd`. It ends with its last connection, so it does not outlive a process that dies while it is
/// connected.
///
/// @param output what it printed
/// @param limit for it to serve, and to end
public record QemuNbdServer(Process process, Path socket, Path output, Duration limit) {
    private static final int POLL_MILLIS = 10;
    /// `sun_path` of `sockaddr_un` has 108 bytes, the last one zero.
    private static final int SOCKET_PATH_BYTES_MAX = 107;
    private static final String SOCKET_OPTION = "--socket=";

    /// `qemu-nbd` takes a new buffer for each request. glibc would give each back to the kernel at once, which
    /// clears the next one: half of a restore's time. So it keeps up to 256 MiB of them, in one arena (mallopt(3)).
    private static final Map<String, String> ALLOCATION = Map.of(
            "MALLOC_ARENA_MAX", "1",
            "MALLOC_MMAP_THRESHOLD_", "33554432",
            "MALLOC_TOP_PAD_", "16777216",
            "MALLOC_TRIM_THRESHOLD_", "268435456");

    /// Starts one, which may not serve yet.
    ///
    /// @param image as its command line takes it
    public static QemuNbdServer start(List<String> options, String image, Path socket, Duration limit)
            throws IOException {
        if (socket.toString().getBytes(StandardCharsets.UTF_8).length > SOCKET_PATH_BYTES_MAX) {
            throw new IOException("socket " + socket + ": expected a path of at most " + SOCKET_PATH_BYTES_MAX
                    + " bytes; set a shorter folder for it");
        }
        Path output = socket.resolveSibling(socket.getFileName() + ".log");
        List<String> command = new ArrayList<>(List.of("qemu-nbd"));
        command.addAll(options);
        command.addAll(List.of(SOCKET_OPTION + socket, "--", image));
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().putAll(ALLOCATION);
        return new QemuNbdServer(builder.start(), socket, output, limit);
    }

    /// Connects as soon as it listens.
    public NbdClient connect(String context) throws IOException {
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
    public void awaitEnd() throws IOException {
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

    /// Kills it if it runs, and deletes what it left. Safe to call twice.
    public void kill() {
        process.destroyForcibly();
        process.onExit()
                .orTimeout(limit.toMillis(), TimeUnit.MILLISECONDS)
                .exceptionally(_ -> process)
                .join();
        try {
            Files.deleteIfExists(socket);
            Files.deleteIfExists(output);
        } catch (IOException _) {
            // small, and named by what it served
        }
    }

    /// Kills those that another process started, which is dead by now. They are known by their sockets.
    ///
    /// @param prefix how the paths of their sockets begin
    /// @param limit for all of them to end
    public static void endLeftovers(String prefix, Duration limit) {
        List<ProcessHandle> left = ProcessHandle.allProcesses()
                .filter(process -> process.info().arguments().map(List::of).orElse(List.of()).stream()
                        .anyMatch(argument -> argument.startsWith(SOCKET_OPTION + prefix)))
                .toList();
        left.forEach(ProcessHandle::destroyForcibly);
        for (ProcessHandle process : left) {
            process.onExit()
                    .orTimeout(limit.toMillis(), TimeUnit.MILLISECONDS)
                    .exceptionally(_ -> process)
                    .join();
        }
    }
}
