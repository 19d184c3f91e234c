package io.tidemark.agent.repository.crypto;

import io.tidemark.agent.repository.RepositoryException.KeyRefused;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;

/// Files with keys, on the host and never in a repository. Only their owner may read them.
final class PrivateFile {
    private PrivateFile() {}

    static void create(Path file, byte[] content) {
        var options = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        var onlyOwner = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
        try (FileChannel channel = FileChannel.open(file, options, onlyOwner)) {
            ByteBuffer bytes = ByteBuffer.wrap(content);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        } catch (IOException e) {
            throw refused(file, "to create it", e);
        }
    }

    /// Has a file written under another name and gives it its own once it is whole. One that is there stays.
    ///
    /// @param write makes the file that it is told
    static void createWhole(Path file, Consumer<Path> write) {
        Path folder = Objects.requireNonNull(file.toAbsolutePath().getParent(), "a file has a folder");
        try {
            Path drafts = Files.createTempDirectory(folder, "new-key-");
            Path draft = drafts.resolve("draft");
            try {
                write.accept(draft);
                link(file, draft);
            } finally {
                Files.deleteIfExists(draft);
                Files.delete(drafts);
            }
            force(folder);
        } catch (IOException e) {
            throw refused(file, "to create it", e);
        }
    }

    private static void link(Path file, Path draft) throws IOException {
        try {
            Files.createLink(file, draft);
        } catch (FileAlreadyExistsException _) {
            // somebody else was faster, and his is as good
        }
    }

    private static void force(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    static byte[] read(Path file, int bytesMax) {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(bytesMax + 1);
            if (bytes.length > bytesMax) {
                throw new KeyRefused("key file " + file + ": expected at most " + bytesMax + " bytes, found more");
            }
            return bytes;
        } catch (IOException e) {
            throw refused(file, "to read it", e);
        }
    }

    private static KeyRefused refused(Path file, String expected, IOException e) {
        return new KeyRefused("key file " + file + ": expected " + expected + ", found " + e);
    }
}
