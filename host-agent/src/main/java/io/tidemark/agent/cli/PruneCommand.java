package io.tidemark.agent.cli;

import io.tidemark.agent.cli.view.Amounts;
import io.tidemark.agent.export.PointView;
import io.tidemark.agent.repository.Freeable;
import io.tidemark.agent.repository.Hold;
import io.tidemark.agent.repository.PointKey;
import io.tidemark.agent.repository.VmHistory.Entry;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Removes points, and says before what that is worth. Its fields are what was typed.
@Command(
        name = "prune",
        description = "Removes restore points, and says how much the next gc frees by that. Until then nothing is.")
final class PruneCommand implements Callable<Integer> {
    @Mixin
    private final RepositoryOptions options;

    @Parameters(arity = "1..*", paramLabel = "POINT", description = "their ids, or the beginnings of them")
    private List<String> points = new ArrayList<>();

    @Option(names = "--dry-run", description = "only says what it would do")
    private boolean isDry;

    PruneCommand(Surroundings surroundings) {
        this.options = new RepositoryOptions(surroundings);
    }

    /// @param freesBytes what the next collection frees because of it
    /// @param freeableBytes what the next collection frees in all
    private record Answer(boolean dryRun, List<PointView> points, long freesBytes, long freeableBytes) {}

    @Override
    public Integer call() {
        Lookup lookup = new Lookup(options.repository());
        Map<PointKey, Entry> chosen = new LinkedHashMap<>();
        for (String typed : points) {
            Entry entry = lookup.point(typed);
            chosen.put(entry.point().key(), entry);
        }
        chosen.keySet().forEach(key -> requireNotHeld(lookup, key));
        Freeable before = Freeable.in(lookup.repository());
        Freeable after = Freeable.without(lookup.repository(), chosen.keySet());
        List<PointView> views = chosen.values().stream().map(PointView::of).toList();
        List<String> lines = new ArrayList<>();
        chosen.forEach((key, entry) -> lines.add((isDry ? "would remove " : "removes ") + key.point() + " of "
                + lookup.vmOf(entry).title() + ", taken at "
                + entry.point().description().takenAt()));
        long freesBytes = after.bytes() - before.bytes();
        lines.add("the next gc frees " + Amounts.exactly(freesBytes) + " by that, " + Amounts.exactly(after.bytes())
                + " in all");
        options.answer(new Answer(isDry, views, freesBytes, after.bytes()), lines);
        if (!isDry) {
            chosen.keySet().forEach(lookup.repository()::remove);
        }
        return RepoMain.DONE;
    }

    /// All or none: before the first is removed.
    private static void requireNotHeld(Lookup lookup, PointKey key) {
        for (Hold hold : lookup.repository().holds(key.vm())) {
            if (hold.point().equals(key.point())) {
                throw CommandFailure.failed("restore point " + key.point() + ": expected no hold, found " + hold.id()
                        + " since " + hold.heldAt() + ": " + hold.reason());
            }
        }
    }
}
