package io.tidemark.bench;

import io.tidemark.demo.PrivateLibvirtd;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/// The peer nbdcopy: reads all disks of a pull job, one after the other, and throws them away. What is left of a
/// backup when nothing is hashed, compressed or stored.
final class Nbdcopy {
    static final String NAME = "nbdcopy to null";
    private static final long JOB_END_MILLIS_MAX = 30_000;
    private static final long LOOK_MILLIS = 20;

    private final PrivateLibvirtd libvirtd;
    private final Path work;

    Nbdcopy(PrivateLibvirtd libvirtd, Path work) throws IOException {
        this.libvirtd = libvirtd;
        this.work = Files.createDirectories(work);
    }

    /// Begins the job, reads, ends the job.
    long readAll(String domain) throws IOException, InterruptedException {
        Path socket = work.resolve("nbd");
        Path xml = Files.writeString(work.resolve("backup.xml"), xml(socket));
        libvirtd.virsh("backup-begin", domain, xml.toString());
        try {
            long peak = 0;
            for (String disk : BenchGuests.DISKS) {
                String uri = "nbd+unix:///" + disk + "?socket=" + socket;
                peak = Math.max(peak, Program.run(work, List.of("nbdcopy", uri, "null:")));
            }
            return peak;
        } finally {
            libvirtd.virsh("domjobabort", domain);
        }
    }

    private String xml(Path socket) {
        String disks = BenchGuests.DISKS.stream()
                .map(disk -> "<disk name='" + disk + "' backup='yes' type='file'><scratch file='"
                        + work.resolve("scratch-" + disk) + "'/></disk>")
                .collect(Collectors.joining());
        return "<domainbackup mode='pull'><server transport='unix' socket='" + socket + "'/><disks>" + disks
                + "</disks></domainbackup>";
    }

    /// No side may begin while the job of another is about to end.
    static void awaitNoJob(PrivateLibvirtd libvirtd, String domain) throws IOException, InterruptedException {
        for (long waited = 0; !libvirtd.virsh("domjobinfo", domain).contains("None"); waited += LOOK_MILLIS) {
            if (waited > JOB_END_MILLIS_MAX) {
                throw new IOException("domain " + domain + ": expected its job to end within " + JOB_END_MILLIS_MAX
                        + " ms, found that it runs");
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        }
    }
}
