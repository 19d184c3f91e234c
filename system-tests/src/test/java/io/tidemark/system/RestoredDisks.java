package io.tidemark.system;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Both disks of a restore point as new raw images, which are gone in the end.
record RestoredDisks(Path vda, Path vdb) implements AutoCloseable {
    @Override
    public void close() throws IOException {
        Files.deleteIfExists(vda);
        Files.deleteIfExists(vdb);
    }
}
