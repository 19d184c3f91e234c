package io.tidemark.agent.cli;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;

/// Main of `./tidemark snapshot`: snapshots of VMs and of volumes that no VM has, in a JVM without the agent. It
/// says and ends as `RepoMain` does.
public final class SnapshotMain {
    private SnapshotMain() {}

    /// What is said of all commands.
    @Command(
            name = "./tidemark snapshot",
            description = "Has an orchestrator take, list, revert to and delete snapshots of VMs and volumes.",
            footer = {"", "Exit codes: 0 done, 1 failed or not known, 2 wrong usage."})
    static final class Commands {}

    public static void main(String[] arguments) {
        RepoMain.start(SnapshotMain::run, arguments);
    }

    static int run(Surroundings surroundings, PrintWriter answer, PrintWriter notes, String... arguments) {
        Stream<Callable<Integer>> all = Stream.of(
                new CreateSnapshotCommand(surroundings),
                new ListSnapshotsCommand(surroundings),
                new ShowSnapshotCommand(surroundings),
                new RevertSnapshotCommand(surroundings),
                new DeleteSnapshotCommand(surroundings),
                new CancelSnapshotCommand(surroundings));
        return RepoMain.commands(new Commands(), all, surroundings.output())
                .setOut(answer)
                .setErr(notes)
                .execute(arguments);
    }
}
