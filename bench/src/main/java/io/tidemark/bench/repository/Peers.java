package io.tidemark.bench.repository;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/// Which programs this machine has.
final class Peers {
    private Peers() {}

    static boolean has(String program) {
        return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(":", -1))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }
}
