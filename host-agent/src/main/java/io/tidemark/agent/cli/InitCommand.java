package io.tidemark.agent.cli;

import io.tidemark.agent.repository.BlobRepository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// Creates a repository.
@Command(name = "init", description = "Creates a repository; one that exists is left as it is.")
final class InitCommand implements Callable<Integer> {
    /// What a trial of the storage, an earlier try or the file system may have left.
    private static final Set<String> NOBODYS = Set.of("tmp", "check", "lost+found");

    /// What only a repository holds.
    private static final String HEADER = "TIDEMARK-REPOSITORY";

    @Mixin
    private final RepositoryOptions options;

    InitCommand(Surroundings surroundings) {
        this.options = new RepositoryOptions(surroundings);
    }

    private record Answer(String folder, String repository, boolean created) {}

    @Override
    public Integer call() throws IOException {
        Path folder = options.folder();
        BlobRepository repository = options.repository();
        boolean isNew = isNew(folder);
        if (isNew) {
            repository.create();
        }
        String id = repository.id().map(UUID::toString).orElseThrow();
        String said = isNew
                ? "created repository " + id + " in " + folder
                : "repository " + id + " exists in " + folder + ": nothing was changed";
        options.answer(new Answer(folder.toString(), id, isNew), List.of(said));
        return RepoMain.DONE;
    }

    /// Whether one is to be made; refuses a folder that is somebody else's.
    private static boolean isNew(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return true;
        }
        try (Stream<Path> files = Files.list(folder)) {
            List<String> strange = files.map(file -> String.valueOf(file.getFileName()))
                    .filter(name -> !NOBODYS.contains(name))
                    .toList();
            if (!strange.isEmpty() && !strange.contains(HEADER)) {
                throw CommandFailure.failed("repository " + folder + ": expected a new or empty folder, found "
                        + strange.size() + " names of others in it, such as " + strange.getFirst());
            }
            return strange.isEmpty();
        }
    }
}
