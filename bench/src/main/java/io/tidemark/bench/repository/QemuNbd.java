package io.tidemark.bench.repository;

import java.io.IOException;
import java.net.ConnectException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A raw image served by `qemu-nbd`, for as many clients and connections as come, until it is closed.
final class QemuNbd implements AutoCloseable {
    private static final long START_MILLIS_MAX = 10_000;
    private static final long END_SECONDS_MAX = 10;
    private static final long LOOK_MILLIS = 2;

    private final Process process;
    private final Path socket;

    private QemuNbd(Process process, Path socket) {
        this.process = process;
        this.socket = socket;
    }

    /// @param folder for its socket and its output
    static QemuNbd serve(Path image, Path folder) throws IOException, InterruptedException {
        Path socket = folder.resolve("nbd.sock");
        Files.deleteIfExists(socket);
        Path output = folder.resolve("qemu-nbd.log");
        Process process = new ProcessBuilder(List.of(
                        "qemu-nbd",
                        "--read-only",
                        "--persistent",
                        "--shared=0",
                        "--format=raw",
                        "--socket=" + socket,
                        image.toString()))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        QemuNbd server = new QemuNbd(process, socket);
        for (long waited = 0; !isListening(socket); waited += LOOK_MILLIS) {
            if (waited > START_MILLIS_MAX || !process.isAlive()) {
                server.close();
                throw new IOException(
                        "qemu-nbd: expected it to listen within " + START_MILLIS_MAX + " ms, found that it does not: "
                                + Files.readString(output).strip());
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        }
        return server;
    }

    /// The file is there before anybody listens.
    private static boolean isListening(Path socket) throws IOException {
        if (!Files.exists(socket)) {
            return false;
        }
        try {
            SocketChannel.open(UnixDomainSocketAddress.of(socket)).close();
            return true;
        } catch (ConnectException refused) {
            return false;
        }
    }

    Path socket() {
        return socket;
    }

    String uri() {
        return "nbd+unix:///?socket=" + socket;
    }

    /// Waits for its end, from when on its processor time counts as that of a child that has ended.
    @Override
    public void close() throws IOException {
        process.destroy();
        try {
            if (!process.waitFor(END_SECONDS_MAX, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException(
                        "qemu-nbd: expected it to end within " + END_SECONDS_MAX + " s, found it running");
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IOException("qemu-nbd: interrupted while it ended", e);
        }
    }
}
