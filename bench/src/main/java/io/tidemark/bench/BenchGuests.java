package io.tidemark.bench;

import io.tidemark.demo.GuestFiles;
import io.tidemark.demo.PrivateLibvirtd;
import io.tidemark.demo.TinyGuest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// Two running guests of one shape: each has the two small disks of a [TinyGuest] and a third one with the data
/// set. The second one is there because virtnbdbackup refuses to begin a chain of increments on a domain that has
/// checkpoints of anybody else. Neither writes.
final class BenchGuests implements AutoCloseable {
    /// The disk that holds the data set.
    static final String DATA_DISK = "vdc";

    static final List<String> DISKS = List.of("vda", "vdb", DATA_DISK);
    /// What the two small disks of each guest hold beside the data set.
    static final long SMALL_DISKS_NON_ZERO_BYTES = 2 * TinyGuest.FILLED_BYTES;

    private final TinyGuest main;
    private final TinyGuest twin;
    private final Map<String, Object> dataSet;

    private BenchGuests(TinyGuest main, TinyGuest twin, Map<String, Object> dataSet) {
        this.main = main;
        this.twin = twin;
        this.dataSet = dataSet;
    }

    /// Makes the disks below the folder and starts both guests.
    static BenchGuests start(PrivateLibvirtd libvirtd, GuestFiles files, Path folder, DataSet data)
            throws IOException, InterruptedException {
        Path mainFolder = Files.createDirectories(folder.resolve("main"));
        Path twinFolder = Files.createDirectories(folder.resolve("twin"));
        String digest = data.create(folder, image(mainFolder));
        Program.run(
                folder,
                List.of("cp", image(mainFolder).toString(), image(twinFolder).toString()));
        TinyGuest main = start(libvirtd, files, spec("bench", mainFolder, data.seed()));
        try {
            TinyGuest twin = start(libvirtd, files, spec("bench-twin", twinFolder, data.seed()));
            return new BenchGuests(main, twin, data.described(digest));
        } catch (IOException e) {
            main.close();
            throw e;
        }
    }

    private static TinyGuest.Spec spec(String name, Path folder, long seed) {
        return TinyGuest.Spec.of(name, folder).with(TinyGuest.Mode.IDLE).withSeed(seed);
    }

    private static Path image(Path folder) {
        return folder.resolve(DATA_DISK + ".qcow2");
    }

    /// The disk comes to the definition and with the next start, as q35 has no free port to plug it into.
    private static TinyGuest start(PrivateLibvirtd libvirtd, GuestFiles files, TinyGuest.Spec spec) throws IOException {
        TinyGuest guest = TinyGuest.start(libvirtd, files, spec);
        try {
            libvirtd.virsh("destroy", guest.name());
            String serial = "tm-" + guest.uuid().toString().substring(0, 8) + "-" + DATA_DISK;
            libvirtd.virsh(
                    "attach-disk",
                    guest.name(),
                    image(spec.folder()).toString(),
                    DATA_DISK,
                    "--driver",
                    "qemu",
                    "--subdriver",
                    "qcow2",
                    "--targetbus",
                    "virtio",
                    "--serial",
                    serial,
                    "--config");
            guest.startAgain();
            guest.awaitAgent();
            return guest;
        } catch (IOException e) {
            guest.close();
            throw e;
        }
    }

    /// The domain that everything but virtnbdbackup's increments is measured on.
    String main() {
        return main.name();
    }

    /// The domain of virtnbdbackup's increments.
    String twin() {
        return twin.name();
    }

    /// What a line says about the data set.
    Map<String, Object> dataSet() {
        return dataSet;
    }

    @Override
    public void close() throws IOException {
        try (main;
                twin) {
            // both, whatever the other one does
        }
    }
}
