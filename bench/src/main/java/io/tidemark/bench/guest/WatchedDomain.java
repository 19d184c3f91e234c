package io.tidemark.bench.guest;

import io.tidemark.bench.write.PausedDomain;
import io.tidemark.demo.PrivateLibvirtd;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// A paused domain with one disk in qcow2, and what its QEMU has told of backup jobs.
record WatchedDomain(PausedDomain domain, JobWatch jobs) implements AutoCloseable {
    static WatchedDomain start(PrivateLibvirtd libvirtd, String name, Path image) throws IOException {
        JobWatch jobs = new JobWatch();
        return new WatchedDomain(
                PausedDomain.start(libvirtd, name, List.of(new PausedDomain.Disk(image, "qcow2")), jobs::see), jobs);
    }

    String name() {
        return domain.name();
    }

    /// Writes a file's content at an offset, and says nothing of it in the log.
    void write(Path content, long offset, long bytes) throws IOException {
        domain.write(content, offset, bytes);
    }

    @Override
    public void close() throws IOException {
        domain.close();
    }
}
