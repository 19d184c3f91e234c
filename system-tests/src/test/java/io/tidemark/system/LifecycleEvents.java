package io.tidemark.system;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;

/// What libvirt says happens to the guest, as `virsh event` prints it: a time, and then for example
/// `event 'lifecycle' for domain 'guest': Suspended I/O Error`.
final class LifecycleEvents implements AutoCloseable {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSSZ");

    private final Process virsh;
    private final Path out;

    private LifecycleEvents(Process virsh, Path out) {
        this.virsh = virsh;
        this.out = out;
    }

    /// From now on.
    static LifecycleEvents of(Stack stack) throws IOException {
        Path out = Files.createTempFile("lifecycle", ".txt");
        // into a file virsh would print by the page
        List<String> command = List.of(
                "stdbuf",
                "-oL",
                "virsh",
                "-q",
                "-c",
                stack.libvirtd.uri(),
                "event",
                "--domain",
                "guest",
                "--event",
                "lifecycle",
                "--loop",
                "--timestamp");
        Process virsh = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(out.toFile())
                .start();
        return new LifecycleEvents(virsh, out);
    }

    List<String> lines() throws IOException {
        return Files.readAllLines(out);
    }

    /// How long the guest stood when it was first suspended for that reason, once it has been resumed.
    static Optional<Duration> firstPause(List<String> lines, String reason) {
        OffsetDateTime suspended = null;
        for (String line : lines) {
            if (suspended == null && line.contains("Suspended " + reason)) {
                suspended = at(line);
            } else if (suspended != null && line.contains("Resumed")) {
                return Optional.of(Duration.between(suspended, at(line)));
            }
        }
        return Optional.empty();
    }

    private static OffsetDateTime at(String line) {
        return OffsetDateTime.parse(line.substring(0, line.indexOf(": event")), TIME);
    }

    @Override
    public void close() throws IOException {
        virsh.destroy();
        Files.delete(out);
    }
}
