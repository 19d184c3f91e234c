package io.tidemark.bench.repository;

import io.tidemark.agent.repository.DiskReader;
import io.tidemark.agent.repository.Repository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// A JVM of its own that writes a full and reads it back.
final class FullAndRead {
    private FullAndRead() {}

    /// The new repository's folder, and the raw image.
    public static void main(String[] arguments) throws IOException, InterruptedException {
        Path source = Path.of(arguments[1]);
        Repository repository = Ours.clear(Path.of(arguments[0]));
        repository.create();
        BackedUpDisk disk = new BackedUpDisk(repository, 1, Files.size(source));
        disk.writeFull(source);
        try (DiskReader reader = repository.openDisk(disk.point(1), disk.disk())) {
            ParallelRead.toNowhere(reader);
        }
    }
}
