package io.tidemark.agent.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Has the volumes put back. Its fields are what was typed.
@Command(
        name = "revert",
        description = "Puts the volumes back to what they held when the snapshot was taken, which stays. What they"
                + " hold now is lost, and the next backup of each disk is full.")
final class RevertSnapshotCommand implements Callable<Integer> {
    @Mixin
    private final SnapshotEnd end;

    @Mixin
    private final SnapshotNamed snapshot = new SnapshotNamed();

    @Option(
            names = "--force",
            description = "also if the VM runs, which is stopped and started again, or a restore point is newer")
    private boolean isForced;

    RevertSnapshotCommand(Surroundings surroundings) {
        this.end = new SnapshotEnd(surroundings);
    }

    @Override
    public Integer call() {
        return end.of(each -> each.revertSnapshot(snapshot.id(each), isForced));
    }
}
