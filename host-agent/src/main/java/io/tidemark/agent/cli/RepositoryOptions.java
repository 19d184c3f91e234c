package io.tidemark.agent.cli;

import io.tidemark.agent.repository.BlobRepository;
import io.tidemark.agent.repository.FolderStorage;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// What all commands share: which repository, and how to answer. Its fields are what was typed.
final class RepositoryOptions {
    static final String VARIABLE = "TIDEMARK_REPOSITORY";

    private final Surroundings surroundings;

    @Option(
            names = "--repository",
            paramLabel = "FOLDER",
            description = "the repository's folder; else $" + VARIABLE + " names it")
    private @Nullable Path folder;

    @Mixin
    private final KeyOptions keys = new KeyOptions();

    @Option(names = "--json", description = "answer with one JSON document")
    private boolean isJson;

    RepositoryOptions(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    /// Whether a folder was named.
    boolean isNamed() {
        return folder != null
                || !surroundings.environment().getOrDefault(VARIABLE, "").isEmpty();
    }

    Path folder() {
        if (folder != null) {
            return folder.toAbsolutePath().normalize();
        }
        String named = surroundings.environment().getOrDefault(VARIABLE, "");
        if (named.isEmpty()) {
            throw CommandFailure.wrongUsage(
                    "repository: expected --repository FOLDER or the variable " + VARIABLE + ", found neither");
        }
        return Path.of(named).toAbsolutePath().normalize();
    }

    FolderStorage storage() {
        return FolderStorage.of(folder(), keys.access(surroundings), surroundings.ids(), surroundings.clock());
    }

    BlobRepository repository() {
        return new BlobRepository(storage());
    }

    KeyOptions keys() {
        return keys;
    }

    /// One of the two, as was asked for.
    void answer(Object json, List<String> lines) {
        if (isJson) {
            surroundings.output().json(json);
        } else {
            surroundings.output().lines(lines);
        }
    }

    boolean isJson() {
        return isJson;
    }

    Surroundings surroundings() {
        return surroundings;
    }
}
