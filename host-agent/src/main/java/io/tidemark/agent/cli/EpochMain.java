package io.tidemark.agent.cli;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;

/// Main of `./tidemark epoch`: since when disks' dirty bitmaps are valid, in a JVM without the agent. It says and
/// ends as `RepoMain` does, and with a code of its own where a disk has no epoch.
public final class EpochMain {
    /// Not 3, which says damage in the other programs.
    static final int NO_EPOCH = 4;

    private EpochMain() {}

    /// What is said of all commands.
    @Command(
            name = "./tidemark epoch",
            description = "Asks an orchestrator since when a disk's dirty bitmap is valid.",
            footer = {"", "Exit codes: 0 done, 1 failed, 2 wrong usage, 4 the disk has no epoch."})
    static final class Commands {}

    public static void main(String[] arguments) {
        RepoMain.start(EpochMain::run, arguments);
    }

    static int run(Surroundings surroundings, PrintWriter answer, PrintWriter notes, String... arguments) {
        Stream<Callable<Integer>> all =
                Stream.of(new ShowEpochCommand(surroundings), new ListEpochsCommand(surroundings));
        return RepoMain.commands(new Commands(), all, surroundings.output())
                .setOut(answer)
                .setErr(notes)
                .execute(arguments);
    }
}
