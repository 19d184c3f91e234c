package io.tidemark.agent.restore.nbd;

import io.tidemark.agent.restore.ImageTarget;
import io.tidemark.agent.restore.ImageTargets;
import io.tidemark.schemas.id.TaskId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/// Makes images with `qemu-img` and opens each with a `qemu-nbd` of its own. That process ends when its connection
/// does, so it does not outlive an agent that dies.
public final class QemuNbdTargets implements ImageTargets {
    /// `sun_path` of `sockaddr_un` has 108 bytes, the last one zero.
    private static final int SOCKET_PATH_BYTES_MAX = 107;

    /// `qemu-nbd` takes a new buffer for each request. glibc would give each back to the kernel at once, which
    /// clears the next one: half of a restore's time. So it keeps up to 256 MiB of them, in one arena (mallopt(3)).
    private static final Map<String, String> ALLOCATION_OF_TOOLS = Map.of(
            "MALLOC_ARENA_MAX", "1",
            "MALLOC_MMAP_THRESHOLD_", "33554432",
            "MALLOC_TOP_PAD_", "16777216",
            "MALLOC_TRIM_THRESHOLD_", "268435456");

    private final Path workFolder;
    private final Duration limit;

    /// @param workFolder where sockets and the tools' outputs lie
    /// @param limit for a tool to start, or to end
    public QemuNbdTargets(Path workFolder, Duration limit) {
        this.workFolder = workFolder.toAbsolutePath();
        this.limit = limit;
    }

    @Override
    public ImageTarget create(NewImage image) throws IOException {
        Files.createDirectories(workFolder);
        String name = prefix(image.task()) + image.number();
        Path socket = workFolder.resolve(name + ".sock");
        if (socket.toString().getBytes(StandardCharsets.UTF_8).length > SOCKET_PATH_BYTES_MAX) {
            throw new IOException("socket " + socket + ": expected a path of at most " + SOCKET_PATH_BYTES_MAX
                    + " bytes; set a shorter work folder");
        }
        String format = image.format().code();
        String file = image.file().toString();
        Path output = workFolder.resolve(name + ".log");
        run(output, List.of("qemu-img", "create", "-q", "-f", format, "--", file, Long.toString(image.sizeBytes())));
        Process server = start(
                output,
                List.of(
                        "qemu-nbd",
                        "--format=" + format,
                        "--cache=writeback",
                        "--discard=unmap",
                        "--socket=" + socket,
                        "--",
                        file));
        return new QemuNbdTarget(new QemuNbdServer(server, socket, output, limit));
    }

    /// The whole task in 23 characters, as the path of a socket has little room.
    private static String prefix(TaskId task) {
        UUID id = task.value();
        byte[] bytes = ByteBuffer.allocate(2 * Long.BYTES)
                .putLong(id.getMostSignificantBits())
                .putLong(id.getLeastSignificantBits())
                .array();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes) + "-";
    }

    private static Process start(Path output, List<String> command) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().putAll(ALLOCATION_OF_TOOLS);
        return builder.start();
    }

    private void run(Path output, List<String> command) throws IOException {
        Process process = start(output, command);
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IOException(command + ": expected its end within " + limit + ", found it running");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(command + ": interrupted", e);
        } finally {
            process.destroyForcibly();
        }
        if (process.exitValue() != 0) {
            throw new IOException(command + ": expected exit code 0, found " + process.exitValue() + ": "
                    + Files.readString(output).strip());
        }
    }

    /// Knows its own by the socket in their command line, which bears the task.
    @Override
    public void endLeftovers(TaskId task) {
        String mark = "--socket=" + workFolder.resolve(prefix(task));
        List<ProcessHandle> left = ProcessHandle.allProcesses()
                .filter(process -> process.info().arguments().map(List::of).orElse(List.of()).stream()
                        .anyMatch(argument -> argument.startsWith(mark)))
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
