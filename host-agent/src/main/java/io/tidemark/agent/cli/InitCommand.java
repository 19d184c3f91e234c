package io.tidemark.agent.cli;

import io.tidemark.agent.repository.BlobRepository;
import io.tidemark.agent.repository.FolderStorage;
import io.tidemark.agent.repository.crypto.Credential;
import io.tidemark.agent.repository.crypto.RecoveryKey;
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
import picocli.CommandLine.Option;

/// Creates a repository.
@Command(name = "init", description = "Creates a repository; one that exists is left as it is.")
final class InitCommand implements Callable<Integer> {
    /// What a trial of the storage, an earlier try or the file system may have left.
    private static final Set<String> NOBODYS = Set.of("tmp", "check", "lost+found");

    /// What only a repository holds.
    private static final String HEADER = "TIDEMARK-REPOSITORY";

    @Mixin
    private final RepositoryOptions options;

    @Option(
            names = "--encrypt",
            description = "with protection, for good: makes the key file that --key-file names, or takes --passphrase,"
                    + " and makes the recovery key that --recovery-key names")
    private boolean isProtected;

    InitCommand(Surroundings surroundings) {
        this.options = new RepositoryOptions(surroundings);
    }

    private record Answer(String folder, String repository, boolean created) {}

    @Override
    public Integer call() throws IOException {
        Path folder = options.folder();
        boolean isNew = isNew(folder);
        Surroundings around = options.surroundings();
        var repository =
                new BlobRepository(FolderStorage.of(folder, FolderStorage.Access.CLEAR, around.ids(), around.clock()));
        if (isNew && isProtected) {
            createProtected(repository);
        } else if (isNew) {
            repository.create();
        }
        String id = repository.id().map(UUID::toString).orElseThrow();
        String said = isNew
                ? "created repository " + id + " in " + folder
                : "repository " + id + " exists in " + folder + ": nothing was changed";
        options.answer(new Answer(folder.toString(), id, isNew), List.of(said));
        return RepoMain.DONE;
    }

    /// The keys first, as a repository whose keys were never written down is lost.
    private void createProtected(BlobRepository repository) {
        RecoveryKey recovery = RecoveryKey.create();
        Path recoveryFile = options.keys().requireRecoveryKey();
        Credential first = options.keys().created(options.surroundings());
        recovery.writeTo(recoveryFile);
        repository.createProtected(first, recovery.publicHalf());
        options.surroundings()
                .output()
                .note("keep " + recoveryFile + " away from this host and from the storage: it opens everything");
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
