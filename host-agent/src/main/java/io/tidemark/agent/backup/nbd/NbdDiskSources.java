package io.tidemark.agent.backup.nbd;

import io.tidemark.agent.backup.DiskSource;
import io.tidemark.agent.backup.DiskSources;
import io.tidemark.agent.backup.DomainDisk;
import io.tidemark.agent.nbd.QemuNbdServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Reads the disks of a job through its exports, and those of a domain that is off through a `qemu-nbd` for each.
public final class NbdDiskSources implements DiskSources {
    /// One that reads, one that asks the bitmap, and one that is on its way out.
    private static final int CONNECTIONS_MAX = 4;

    private final Duration limit;

    /// @param limit for `qemu-nbd` to serve, or to end
    public NbdDiskSources(Duration limit) {
        this.limit = limit;
    }

    @Override
    public DiskSource open(Path socket, String target, Optional<String> bitmap) throws IOException {
        return NbdDiskSource.openExport(socket, target, bitmap);
    }

    @Override
    public DiskSource openAtRest(DomainDisk disk, Path socket, Optional<String> bitmap) throws IOException {
        Path image = disk.path()
                .orElseThrow(() -> new IOException("disk " + disk.target()
                        + ": expected a file or device of this host, as its domain is off, found storage elsewhere"));
        Files.createDirectories(socket.toAbsolutePath().getParent());
        List<String> options = new ArrayList<>(List.of("--read-only", "--shared=" + CONNECTIONS_MAX));
        bitmap.ifPresent(name -> options.add("--bitmap=" + name));
        QemuNbdServer server = QemuNbdServer.start(options, RestingImage.of(image, disk.format()), socket, limit);
        try {
            return new RestingSource(NbdDiskSource.open(server, bitmap), server);
        } catch (IOException | RuntimeException e) {
            server.kill();
            throw e;
        }
    }

    @Override
    public void endLeftovers(Path socketPrefix) {
        QemuNbdServer.endLeftovers(socketPrefix.toString(), limit);
    }
}
