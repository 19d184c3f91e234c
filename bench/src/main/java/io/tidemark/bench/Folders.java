package io.tidemark.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// Folders that belong to the benchmark alone.
public final class Folders {
    private Folders() {}

    /// Makes the folder, and empties it if it is there.
    public static Path fresh(Path folder) throws IOException {
        delete(folder);
        return Files.createDirectories(folder);
    }

    /// With all that is in it; links are removed, not followed. A folder that is not there is well.
    public static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        List<Path> all;
        try (Stream<Path> paths = Files.walk(folder)) {
            all = paths.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : all) {
            Files.deleteIfExists(path);
        }
    }

    /// The sum of the lengths of the files in it whose names end so.
    public static long bytes(Path folder, String ending) throws IOException {
        long sum = 0;
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path :
                    paths.filter(file -> file.toString().endsWith(ending)).toList()) {
                sum += Files.size(path);
            }
        }
        return sum;
    }
}
