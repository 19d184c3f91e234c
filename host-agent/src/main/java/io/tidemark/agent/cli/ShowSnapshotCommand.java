package io.tidemark.agent.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidemark.agent.cli.view.PlainText;
import io.tidemark.agent.cli.view.SnapshotText;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// Shows one snapshot of the catalog. Its fields are what was typed.
@Command(
        name = "show",
        description = "Shows one snapshot: its volumes, what keeping and dropping it costs, and what was done with it.")
final class ShowSnapshotCommand implements Callable<Integer> {
    @Mixin
    private final AskingOptions options;

    @Mixin
    private final SnapshotNamed snapshot = new SnapshotNamed();

    ShowSnapshotCommand(Surroundings surroundings) {
        this.options = new AskingOptions(surroundings);
    }

    @Override
    public Integer call() {
        JsonNode shown = options.ask(each -> each.snapshot(snapshot.id(each)));
        options.answer(shown, lines(shown));
        return RepoMain.DONE;
    }

    private static List<String> lines(JsonNode shown) {
        JsonNode tasks = shown.path("tasks");
        List<String> lines = new ArrayList<>(SnapshotText.of(shown, tasks.path(tasks.size() - 1)));
        List<String> told = new ArrayList<>();
        for (JsonNode member : shown.path("members")) {
            String mechanism = member.path("mechanism").asText("-");
            if (!told.contains(mechanism)) {
                told.add(mechanism);
                lines.add(PlainText.of("keeping a " + mechanism + ": "
                        + member.path("costOfKeeping").asText("-")));
                lines.add(PlainText.of("dropping a " + mechanism + ": "
                        + member.path("costOfDropping").asText("-")));
            }
        }
        return lines;
    }
}
