package io.tidemark.bench.repository;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// What the files of a repository come to.
///
/// @param chunks bytes of packs of chunks, with their directories
/// @param others bytes of packs of nodes, of logs and of all else
record StoredFiles(long chunks, long others) {
    /// Where the kind of a pack stands, counted from its end: `docs/formats/repository.md`.
    private static final int KIND_BEFORE_END_BYTES = 8 + 32 + 4 + 4 + 2 + 1 + 1;

    private static final int CHUNKS_KIND = 1;

    static StoredFiles of(Path repository) throws IOException {
        long chunks = 0;
        long others = 0;
        for (Path file : files(repository)) {
            long bytes = Files.size(file);
            if (file.startsWith(repository.resolve("packs")) && kind(file) == CHUNKS_KIND) {
                chunks += bytes;
            } else {
                others += bytes;
            }
        }
        return new StoredFiles(chunks, others);
    }

    /// The lengths of all files; of one file its own, of what is not there 0.
    static long bytes(Path output) throws IOException {
        long sum = 0;
        for (Path file : files(output)) {
            sum += Files.size(file);
        }
        return sum;
    }

    StoredFiles since(StoredFiles earlier) {
        return new StoredFiles(chunks - earlier.chunks, others - earlier.others);
    }

    private static List<Path> files(Path output) throws IOException {
        if (!Files.exists(output)) {
            return List.of();
        }
        try (Stream<Path> all = Files.walk(output)) {
            return all.filter(Files::isRegularFile).toList();
        }
    }

    private static int kind(Path pack) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(pack.toFile(), "r")) {
            file.seek(file.length() - KIND_BEFORE_END_BYTES);
            return file.read();
        }
    }
}
