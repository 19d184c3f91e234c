package io.tidemark.agent.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// Has a snapshot given up. Its fields are what was typed.
@Command(
        name = "delete",
        description = "Gives a snapshot up; the volumes keep what they hold now. An overlay is merged into the file"
                + " below it.")
final class DeleteSnapshotCommand implements Callable<Integer> {
    @Mixin
    private final SnapshotEnd end;

    @Mixin
    private final SnapshotNamed snapshot = new SnapshotNamed();

    DeleteSnapshotCommand(Surroundings surroundings) {
        this.end = new SnapshotEnd(surroundings);
    }

    @Override
    public Integer call() {
        return end.of(each -> each.deleteSnapshot(snapshot.id(each)));
    }
}
