package io.tidemark.bench.snapshot;

import io.tidemark.bench.Program;
import io.tidemark.demo.LoopFileSystem;
import io.tidemark.embedded.launcher.Cleanup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// Where disks lie: one place on the home's file system, and one on each kind of file system that shares blocks and
/// that this machine can make and mount.
final class Places {
    static final String QCOW2 = "qcow2";
    static final String XFS = "raw-on-xfs";
    static final String BTRFS = "raw-on-btrfs";

    private final List<Place> all;

    /// @param word what lines call the disk there
    /// @param format of the disk there, `qcow2` or `raw`
    /// @param guest a folder for a disk of the running guest; on btrfs a subvolume, as is the other one
    /// @param paused a folder for a disk of the paused domain
    record Place(String word, String format, Path guest, Path paused) {}

    private Places(List<Place> all) {
        this.all = List.copyOf(all);
    }

    /// Makes and mounts what can be.
    ///
    /// @param cleanup gets charge of each mount
    /// @param bytes of each file system that is made; its file is sparse
    /// @param say is told what is left out, and why
    static Places make(Cleanup cleanup, Path home, long bytes, Consumer<String> say)
            throws IOException, InterruptedException {
        List<Place> all = new ArrayList<>();
        all.add(new Place(
                QCOW2,
                "qcow2",
                Files.createDirectories(home.resolve("g")),
                Files.createDirectories(home.resolve("p"))));
        for (LoopFileSystem.Type type : List.of(LoopFileSystem.Type.XFS, LoopFileSystem.Type.BTRFS)) {
            String word = type == LoopFileSystem.Type.XFS ? XFS : BTRFS;
            Path root = home.resolve(word);
            try {
                cleanup.add(LoopFileSystem.mounted(root, type, bytes));
                all.add(new Place(word, "raw", folder(type, root.resolve("g")), folder(type, root.resolve("p"))));
            } catch (IOException lacking) {
                say.accept("left out: disks " + word + ", as this machine does not make it: " + lacking.getMessage());
            }
        }
        return new Places(all);
    }

    private static Path folder(LoopFileSystem.Type type, Path path) throws IOException, InterruptedException {
        if (type != LoopFileSystem.Type.BTRFS) {
            return Files.createDirectory(path);
        }
        Program.run(path.resolveSibling(""), List.of("btrfs", "subvolume", "create", path.toString()));
        return path;
    }

    List<Place> all() {
        return all;
    }

    Optional<Place> of(String word) {
        return all.stream().filter(place -> place.word().equals(word)).findFirst();
    }

    /// Has what was written brought to the disks, so that nobody pays for another's bytes.
    void settle() throws IOException, InterruptedException {
        for (Place place : all) {
            Program.run(place.paused(), List.of("sync", "-f", place.paused().toString()));
        }
    }
}
