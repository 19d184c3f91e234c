package io.tidemark.agent.cli;

import io.tidemark.agent.cli.view.Amounts;
import io.tidemark.agent.cli.view.Progress;
import io.tidemark.agent.repository.BlobRepository;
import io.tidemark.agent.repository.Freeable;
import io.tidemark.agent.repository.Repack;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// The collection. Its fields are what was typed.
@Command(name = "gc", description = "Deletes what no restore point needs, beside running backups and restores.")
final class GcCommand implements Callable<Integer> {
    private static final int PERCENT = 100;

    @Mixin
    private final RepositoryOptions options;

    @Option(names = "--dry-run", description = "only says what it would free")
    private boolean isDry;

    @Option(
            names = "--repack",
            description =
                    "moves before what points need out of packs that are mostly dead, so that these are freed too")
    private boolean isRepacking;

    @Option(
            names = "--dead-percent",
            paramLabel = "PERCENT",
            defaultValue = "" + Repack.DEAD_PERCENT,
            description = "how much of a pack nothing needs if it is repacked; ${DEFAULT-VALUE} if not given")
    private int deadPercent;

    GcCommand(Surroundings surroundings) {
        this.options = new RepositoryOptions(surroundings);
    }

    /// @param repack null if none was asked for
    private record Answer(
            boolean dryRun,
            int freeablePacks,
            long freeableBytes,
            @Nullable Long freedBytes,
            @Nullable RepackAnswer repack) {}

    /// @param packs that are mostly dead; null if it was done, as these are counted before
    /// @param points that lie elsewhere now; null if it was not done
    /// @param movedBytes that were copied, or would be
    /// @param deadBytes that would be free by it; null if it was done, as they are among the freed ones
    private record RepackAnswer(
            @Nullable Integer packs,
            @Nullable Integer points,
            long movedBytes,
            @Nullable Long deadBytes,
            List<String> leftOut) {}

    @Override
    public Integer call() {
        if (deadPercent < 1 || deadPercent > PERCENT) {
            throw CommandFailure.wrongUsage("--dead-percent: expected 1 to 100, found " + deadPercent);
        }
        BlobRepository repository = options.repository();
        List<String> lines = new ArrayList<>();
        RepackAnswer repack = isRepacking ? repacked(repository, lines) : null;
        Freeable free = Freeable.in(repository);
        String found = Amounts.exactly(free.bytes()) + " in " + free.packs() + " packs";
        if (isDry) {
            lines.add("gc would free " + found);
            options.answer(new Answer(true, free.packs(), free.bytes(), null, repack), lines);
            return RepoMain.DONE;
        }
        options.surroundings().output().note("gc frees " + found);
        long freedBytes = repository.collect();
        lines.add("freed " + Amounts.exactly(freedBytes));
        options.answer(new Answer(false, free.packs(), free.bytes(), freedBytes, repack), lines);
        return RepoMain.DONE;
    }

    private RepackAnswer repacked(BlobRepository repository, List<String> lines) {
        Repack repack = Repack.of(repository).deadPercent(deadPercent);
        if (isDry) {
            Repack.Plan plan = repack.plan();
            plan.leftOut().forEach(what -> lines.add("left out: " + what));
            lines.add("repack would move " + Amounts.exactly(plan.liveBytes()) + " of " + plan.packs()
                    + " packs, so that gc would free " + Amounts.exactly(plan.deadBytes()) + " more");
            return new RepackAnswer(plan.packs(), null, plan.liveBytes(), plan.deadBytes(), plan.leftOut());
        }
        Surroundings around = options.surroundings();
        Progress progress = new Progress(around.output(), around.millis());
        Repack.Result result = repack.run(progress::at);
        progress.end();
        result.leftOut().forEach(what -> lines.add("left out: " + what));
        lines.add("moved " + Amounts.exactly(result.movedBytes()) + " for " + result.points() + " points");
        return new RepackAnswer(null, result.points(), result.movedBytes(), null, result.leftOut());
    }
}
