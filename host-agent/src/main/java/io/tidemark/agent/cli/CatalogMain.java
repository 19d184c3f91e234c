package io.tidemark.agent.cli;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;

/// Main of `./tidemark catalog`: one command on the catalog of an orchestrator, in a JVM without the agent. It says
/// and ends as `RepoMain` does.
public final class CatalogMain {
    private CatalogMain() {}

    /// What is said of all commands.
    @Command(
            name = "./tidemark catalog",
            description = "Builds an orchestrator's catalog anew from what a repository holds.",
            footer = {"", "Exit codes: 0 done, 1 failed, 2 wrong usage, 3 damage found."})
    static final class Commands {}

    public static void main(String[] arguments) {
        RepoMain.start(CatalogMain::run, arguments);
    }

    static int run(Surroundings surroundings, PrintWriter answer, PrintWriter notes, String... arguments) {
        Stream<Callable<Integer>> all = Stream.of(
                new RebuildCommand(surroundings), new DryRunCommand(surroundings), new LetGoCommand(surroundings));
        return RepoMain.commands(new Commands(), all, surroundings.output())
                .setOut(answer)
                .setErr(notes)
                .execute(arguments);
    }
}
