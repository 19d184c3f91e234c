package io.tidemark.agent.snapshot.storage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tidemark.demo.GuestFiles;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/// A guest whose kernel has device-mapper, with LVM and a disk of its own: the host that runs a test may have none.
/// Its programs are run by its agent (`guest-exec`, QEMU Guest Agent Protocol Reference).
final class LvmGuest implements HostTools, AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long DISK_BYTES = 256L << 20;
    private static final Duration BOOT_MAX = Duration.ofMinutes(3);
    private static final int POLL_MILLIS = 20;
    private static final List<String> ENVIRONMENT =
            List.of("PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C", "TZ=UTC", "LVM_SUPPRESS_FD_WARNINGS=1");
    private static final String KERNEL_OPTIONS = "console=ttyS0 panic=-1 quiet no_timer_check mitigations=off nokaslr"
            + " cryptomgr.notests random.trust_cpu=on";

    private final Process qemu;
    private final SocketChannel agent;
    private final BufferedReader answers;

    private LvmGuest(Process qemu, SocketChannel agent) {
        this.qemu = qemu;
        this.agent = agent;
        this.answers = new BufferedReader(Channels.newReader(agent, StandardCharsets.UTF_8));
    }

    static LvmGuest started(Path folder) throws IOException {
        Path cache = GuestFiles.defaultCache(System.getenv("TIDEMARK_HOME"), Path.of(System.getProperty("user.home")));
        GuestFiles files = GuestFiles.prepare(cache);
        Path script = Path.of("src/test/resources/snapshot/lvm-initramfs.sh").toAbsolutePath();
        Path initramfs = folder.resolve("initramfs.gz");
        TestVolumes.run(
                "bash", script.toString(), cache.toString(), files.initramfs().toString(), initramfs.toString());
        Path disk = folder.resolve("disk.raw");
        try (var file = new RandomAccessFile(disk.toFile(), "rw")) {
            file.setLength(DISK_BYTES);
        }
        Path socket = folder.resolve("agent.sock");
        Process qemu = qemu(folder, files.kernel(), initramfs, disk, socket);
        try {
            return connected(qemu, socket);
        } catch (IOException | RuntimeException e) {
            qemu.destroyForcibly();
            throw e;
        }
    }

    private static Process qemu(Path folder, Path kernel, Path initramfs, Path disk, Path socket) throws IOException {
        return new ProcessBuilder(
                        "qemu-system-x86_64",
                        "-accel",
                        "tcg",
                        "-m",
                        "256",
                        "-nographic",
                        "-no-reboot",
                        "-nodefaults",
                        "-serial",
                        "file:" + folder.resolve("console.log"),
                        "-kernel",
                        kernel.toString(),
                        "-initrd",
                        initramfs.toString(),
                        "-append",
                        KERNEL_OPTIONS,
                        "-drive",
                        "file=" + disk + ",if=virtio,format=raw,cache=unsafe",
                        "-chardev",
                        "socket,path=" + socket + ",server=on,wait=off,id=agent",
                        "-device",
                        "virtio-serial",
                        "-device",
                        "virtserialport,chardev=agent,name=org.qemu.guest_agent.0")
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("qemu.log").toFile())
                .start();
    }

    private static LvmGuest connected(Process qemu, Path socket) throws IOException {
        Instant end = Instant.now().plus(BOOT_MAX);
        while (!Files.exists(socket)) {
            await(qemu, end);
        }
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        channel.connect(UnixDomainSocketAddress.of(socket));
        var guest = new LvmGuest(qemu, channel);
        // answered as soon as the agent listens
        guest.asked(Map.of("execute", "guest-ping"));
        return guest;
    }

    private static void await(Process qemu, Instant end) throws IOException {
        try {
            if (qemu.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS)
                    || Instant.now().isAfter(end)) {
                throw new IOException("guest: expected it to boot within " + BOOT_MAX + ", found it "
                        + (qemu.isAlive() ? "booting" : "ended"));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("guest: interrupted", e);
        }
    }

    private JsonNode asked(Map<String, ?> command) throws IOException {
        ByteBuffer line = ByteBuffer.wrap((JSON.writeValueAsString(command) + "\n").getBytes(StandardCharsets.UTF_8));
        while (line.hasRemaining()) {
            agent.write(line);
        }
        return JSON.readTree(Objects.requireNonNull(answers.readLine(), "the guest's agent is gone"));
    }

    @Override
    public synchronized Answer run(Duration limit, List<String> command) {
        try {
            JsonNode started = asked(Map.of(
                    "execute",
                    "guest-exec",
                    "arguments",
                    Map.of(
                            "path",
                            command.getFirst(),
                            "arg",
                            command.subList(1, command.size()),
                            "env",
                            ENVIRONMENT,
                            "capture-output",
                            true)));
            if (started.has("error")) {
                return new Answer(NOT_FOUND, "", started.toString());
            }
            return ended(
                    started.path("return").path("pid").asLong(), Instant.now().plus(limit));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Answer ended(long process, Instant end) throws IOException {
        JsonNode status = JSON.createObjectNode();
        while (!status.path("exited").asBoolean()) {
            await(qemu, end);
            status = asked(Map.of("execute", "guest-exec-status", "arguments", Map.of("pid", process)))
                    .path("return");
        }
        return new Answer(status.path("exitcode").asInt(), text(status, "out-data"), text(status, "err-data"));
    }

    private static String text(JsonNode status, String field) {
        return new String(Base64.getDecoder().decode(status.path(field).asText()), StandardCharsets.UTF_8);
    }

    /// Runs a program that must succeed.
    String done(String... command) {
        Answer answer = run(Duration.ofMinutes(2), List.of(command));
        if (answer.status() != 0) {
            throw new IllegalStateException(List.of(command) + ": " + answer);
        }
        return answer.output();
    }

    /// A process of the guest that has a device open until it is killed.
    String holding(Path device) {
        return done("sh", "-c", "sleep 100000 < $0 > /dev/null 2>&1 & echo $!", device.toString())
                .strip();
    }

    @Override
    public void close() {
        qemu.destroyForcibly();
        try {
            agent.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
