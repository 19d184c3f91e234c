package io.tidemark.bench.repository;

import io.tidemark.bench.Folders;
import io.tidemark.bench.Program;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A repository of restic, which always encrypts.
///
/// @param folder holds all of it
record Restic(Path folder) {
    static final String PROGRAM = "restic";

    Path repository() {
        return folder.resolve("repository");
    }

    void create() throws IOException, InterruptedException {
        Folders.fresh(folder);
        run(List.of("init", "--repository-version", "2"));
    }

    void add(Path source) throws IOException, InterruptedException {
        run(List.of("backup", "--force", "--compression", "auto", source.toString()));
    }

    private void run(List<String> arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                "env",
                "RESTIC_PASSWORD=bench",
                "RESTIC_CACHE_DIR=" + folder.resolve("cache"),
                PROGRAM,
                "--quiet",
                "--repo",
                repository().toString()));
        command.addAll(arguments);
        Program.run(folder, command);
    }
}
