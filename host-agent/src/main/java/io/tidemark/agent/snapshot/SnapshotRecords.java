package io.tidemark.agent.snapshot;

import io.tidemark.schemas.id.TaskId;
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
import java.util.stream.Stream;

/// Keeps the record of each task that is under way in a file of its own, durable when a method returns.
final class SnapshotRecords {
    private static final String ENDING = ".snapshot";

    private final Path folder;

    SnapshotRecords(Path folder) {
        this.folder = folder;
    }

    void keep(TaskId task, SnapshotRecord record) {
        try {
            Files.createDirectories(folder);
            Path temporary = folder.resolve(task + ".tmp");
            Files.writeString(temporary, record.text());
            sync(temporary);
            Files.move(temporary, file(task), StandardCopyOption.ATOMIC_MOVE);
            sync(folder);
        } catch (IOException e) {
            throw new UncheckedIOException("record " + file(task) + ": expected to write it, found " + e, e);
        }
    }

    Optional<SnapshotRecord> kept(TaskId task) {
        try {
            return Optional.of(SnapshotRecord.parse("record " + file(task), Files.readString(file(task))));
        } catch (NoSuchFileException none) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("record " + file(task) + ": expected to read it, found " + e, e);
        }
    }

    /// The tasks of which a record is kept.
    List<TaskId> all() {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(ENDING))
                    .map(name -> TaskId.of(name.substring(0, name.length() - ENDING.length())))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("folder " + folder + ": expected to list it, found " + e, e);
        }
    }

    /// Safe to call twice.
    void forget(TaskId task) {
        try {
            Files.deleteIfExists(file(task));
        } catch (IOException e) {
            throw new UncheckedIOException("record " + file(task) + ": expected to delete it, found " + e, e);
        }
    }

    private Path file(TaskId task) {
        return folder.resolve(task + ENDING);
    }

    private static void sync(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
