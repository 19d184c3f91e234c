package io.tidemark.bench.repository;

import io.tidemark.bench.Folders;
import io.tidemark.bench.Program;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A repository of borg, without encryption. Its cache and its keys lie beside it.
///
/// @param folder holds all of it
/// @param chunker as `--chunker-params` has it; empty for its own
record Borg(Path folder, String chunker) {
    static final String PROGRAM = "borg";

    Path repository() {
        return folder.resolve("repository");
    }

    void create() throws IOException, InterruptedException {
        Folders.fresh(folder);
        run(List.of("init", "--encryption", "none", repository().toString()));
    }

    /// @param archive a name that is not taken
    void add(String archive, Path source) throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of("create", "--compression", "zstd,3"));
        // what it remembers of a file's times would spare it the reading, which no image of a running VM allows
        arguments.addAll(List.of("--files-cache", "disabled"));
        if (!chunker.isEmpty()) {
            arguments.addAll(List.of("--chunker-params", chunker));
        }
        arguments.add(repository() + "::" + archive);
        arguments.add(source.toString());
        run(arguments);
    }

    private void run(List<String> arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                "env",
                "BORG_BASE_DIR=" + folder.resolve("base"),
                "BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK=yes",
                PROGRAM));
        command.addAll(arguments);
        Program.run(folder, command);
    }
}
