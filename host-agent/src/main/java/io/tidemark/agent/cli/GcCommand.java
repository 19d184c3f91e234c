package io.tidemark.agent.cli;

import io.tidemark.agent.cli.view.Amounts;
import io.tidemark.agent.repository.BlobRepository;
import io.tidemark.agent.repository.Freeable;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// The collection. Its fields are what was typed.
@Command(name = "gc", description = "Deletes what no restore point needs, beside running backups and restores.")
final class GcCommand implements Callable<Integer> {
    @Mixin
    private final RepositoryOptions options;

    @Option(names = "--dry-run", description = "only says what it would free")
    private boolean isDry;

    GcCommand(Surroundings surroundings) {
        this.options = new RepositoryOptions(surroundings);
    }

    private record Answer(
            boolean dryRun,
            int freeablePacks,
            long freeableBytes,
            @Nullable Long freedBytes) {}

    @Override
    public Integer call() {
        BlobRepository repository = options.repository();
        Freeable free = Freeable.in(repository);
        String found = Amounts.exactly(free.bytes()) + " in " + free.packs() + " packs";
        if (isDry) {
            options.answer(new Answer(true, free.packs(), free.bytes(), null), List.of("gc would free " + found));
            return RepoMain.DONE;
        }
        options.surroundings().output().note("gc frees " + found);
        long freedBytes = repository.collect();
        options.answer(
                new Answer(false, free.packs(), free.bytes(), freedBytes),
                List.of("freed " + Amounts.exactly(freedBytes)));
        return RepoMain.DONE;
    }
}
