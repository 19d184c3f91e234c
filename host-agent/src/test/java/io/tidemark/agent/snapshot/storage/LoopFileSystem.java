package io.tidemark.agent.snapshot.storage;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;

/// A file system of its own in an image file, mounted through a loop device that goes with the mount. Needs root.
final class LoopFileSystem implements AutoCloseable {
    private static final long SIZE_BYTES = 512L << 20;

    private final Path folder;

    private LoopFileSystem(Path folder) {
        this.folder = folder;
    }

    /// @param mkfs makes it of an image file that comes as the last argument
    static LoopFileSystem made(Path below, String type, String... mkfs) throws IOException {
        Path image = below.resolve(type + ".image");
        try (var file = new RandomAccessFile(image.toFile(), "rw")) {
            file.setLength(SIZE_BYTES);
        }
        String[] command = java.util.Arrays.copyOf(mkfs, mkfs.length + 1);
        command[mkfs.length] = image.toString();
        TestVolumes.run(command);
        Path folder = Files.createDirectory(below.resolve(type));
        TestVolumes.run("mount", "-t", type, "-o", "loop", image.toString(), folder.toString());
        return new LoopFileSystem(folder);
    }

    static LoopFileSystem xfs(Path below) throws IOException {
        return made(below, "xfs", "mkfs.xfs", "-q", "-m", "reflink=1");
    }

    static LoopFileSystem btrfs(Path below) throws IOException {
        return made(below, "btrfs", "mkfs.btrfs", "-q");
    }

    Path folder() {
        return folder;
    }

    @Override
    public void close() {
        TestVolumes.run("umount", folder.toString());
    }
}
