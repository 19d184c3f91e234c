package io.tidemark.agent.cli;

import io.tidemark.agent.repository.Hold;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Holds a point. Its fields are what was typed.
@Command(name = "hold", description = "Keeps a restore point from being removed, by anybody, until it is released.")
final class HoldCommand implements Callable<Integer> {
    @Mixin
    private final RepositoryOptions options;

    @Parameters(paramLabel = "POINT", description = "its id, or the beginning of it")
    private String point = "";

    @Option(names = "--reason", required = true, paramLabel = "TEXT", description = "why, for people")
    private String reason = "";

    HoldCommand(Surroundings surroundings) {
        this.options = new RepositoryOptions(surroundings);
    }

    private record Answer(String hold, String point, String reason, String heldAt) {}

    @Override
    public Integer call() {
        Lookup lookup = new Lookup(options.repository());
        if (reason.isBlank() || reason.length() > Hold.REASON_CHARACTERS_MAX) {
            throw CommandFailure.wrongUsage(
                    "--reason: expected 1 to " + Hold.REASON_CHARACTERS_MAX + " characters, found " + reason.length());
        }
        Hold hold = lookup.repository().hold(lookup.point(point).point().key(), reason);
        options.answer(
                new Answer(
                        hold.id().toString(),
                        hold.point().toString(),
                        reason,
                        hold.heldAt().toString()),
                List.of("held " + hold.point() + "; to release it: release " + hold.point() + " " + hold.id()));
        return RepoMain.DONE;
    }
}
