package io.tidemark.demo;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/// A file system of its own on a sparse file, mounted through a loop device. Needs root, and a kernel that has
/// loop devices and the type. A libvirtd that is to see it, in its own mount namespace, must be started
/// afterwards.
public final class LoopFileSystem implements AutoCloseable {
    private final Path root;

    /// What is made on the file, by the `mkfs` of that name.
    public enum Type {
        XFS,
        BTRFS,
        EXT4;

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private LoopFileSystem(Path root) {
        this.root = root;
    }

    /// Makes an empty one at a folder that must not exist, with its file beside it.
    ///
    /// @param bytes of the file; XFS takes no less than 300 MiB
    public static LoopFileSystem mounted(Path root, Type type, long bytes) throws IOException {
        Path whole = root.toAbsolutePath().normalize();
        Path parent = Files.createDirectories(whole.resolveSibling(""));
        Path image = parent.resolve(whole.getFileName() + "." + type.word());
        try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
            file.setLength(bytes);
        }
        Commands.run(parent, List.of("mkfs." + type.word(), "-q", image.toString()));
        Files.createDirectory(whole);
        Commands.run(parent, List.of("mount", "-o", "loop", image.toString(), whole.toString()));
        return new LoopFileSystem(whole);
    }

    /// Where it is mounted.
    public Path root() {
        return root;
    }

    /// Takes it away; the kernel lets go of the loop device once nobody has it mounted any more. Who has a file
    /// of it open keeps that file.
    @Override
    public void close() throws IOException {
        Commands.run(root.resolveSibling(""), List.of("umount", "--lazy", root.toString()));
    }
}
