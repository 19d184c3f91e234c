package io.tidemark.agent.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidemark.agent.cli.view.SnapshotText;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// Asks for the end of what is being done with a snapshot. Its fields are what was typed.
@Command(
        name = "cancel",
        description = "Asks for the end of what is being done with a snapshot, and does not wait for it; show tells how"
                + " it ended. A revert or a delete that its host has begun goes on.")
final class CancelSnapshotCommand implements Callable<Integer> {
    @Mixin
    private final AskingOptions options;

    @Mixin
    private final SnapshotNamed snapshot = new SnapshotNamed();

    CancelSnapshotCommand(Surroundings surroundings) {
        this.options = new AskingOptions(surroundings);
    }

    @Override
    public Integer call() {
        JsonNode told = options.ask(each -> each.cancelSnapshot(snapshot.id(each)));
        JsonNode tasks = told.path("tasks");
        options.answer(told, SnapshotText.of(told, tasks.path(tasks.size() - 1)));
        return RepoMain.DONE;
    }
}
