package io.tidemark.agent.snapshot;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/// Keeps each record in a file of its own, durable when a method returns: of a snapshot under its id, from
/// before it is taken until nothing of it is left; of a revert under that of its task, for as long as it is
/// under way.
final class SnapshotRecords {
    private static final String ENDING = ".snapshot";

    private final Path folder;

    SnapshotRecords(Path folder) {
        this.folder = folder;
    }

    void keep(UUID key, SnapshotRecord record) {
        try {
            Files.createDirectories(folder);
            Path temporary = folder.resolve(key + ".tmp");
            Files.writeString(temporary, record.text());
            sync(temporary);
            Files.move(temporary, file(key), StandardCopyOption.ATOMIC_MOVE);
            sync(folder);
        } catch (IOException e) {
            throw new UncheckedIOException("record " + file(key) + ": expected to write it, found " + e, e);
        }
    }

    Optional<SnapshotRecord> kept(UUID key) {
        try {
            return Optional.of(SnapshotRecord.parse("record " + file(key), Files.readString(file(key))));
        } catch (NoSuchFileException none) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("record " + file(key) + ": expected to read it, found " + e, e);
        }
    }

    /// The ids of all that are kept.
    List<UUID> all() {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(ENDING))
                    .map(name -> UUID.fromString(name.substring(0, name.length() - ENDING.length())))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("folder " + folder + ": expected to list it, found " + e, e);
        }
    }

    /// Safe to call twice.
    void forget(UUID key) {
        try {
            Files.deleteIfExists(file(key));
        } catch (IOException e) {
            throw new UncheckedIOException("record " + file(key) + ": expected to delete it, found " + e, e);
        }
    }

    private Path file(UUID key) {
        return folder.resolve(key + ENDING);
    }

    private static void sync(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
