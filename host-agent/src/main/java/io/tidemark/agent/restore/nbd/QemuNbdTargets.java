package io.tidemark.agent.restore.nbd;

import io.tidemark.agent.nbd.QemuNbdServer;
import io.tidemark.agent.restore.ImageTarget;
import io.tidemark.agent.restore.ImageTargets;
import io.tidemark.schemas.id.TaskId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/// Makes images with `qemu-img` and opens each with a `qemu-nbd` of its own. That process ends when its connection
/// does, so it does not outlive an agent that dies.
public final class QemuNbdTargets implements ImageTargets {
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
        String format = image.format().code();
        String file = image.file().toString();
        Path output = workFolder.resolve(name + ".sock.log");
        run(output, List.of("qemu-img", "create", "-q", "-f", format, "--", file, Long.toString(image.sizeBytes())));
        return new QemuNbdTarget(QemuNbdServer.start(
                List.of("--format=" + format, "--cache=writeback", "--discard=unmap"), file, socket, limit));
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

    private void run(Path output, List<String> command) throws IOException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
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
        QemuNbdServer.endLeftovers(workFolder.resolve(prefix(task)).toString(), limit);
    }
}
