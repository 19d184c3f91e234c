package io.tidemark.agent.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidemark.agent.cli.rest.Orchestrator;
import io.tidemark.agent.cli.view.Amounts;
import io.tidemark.agent.cli.view.PlainText;
import io.tidemark.agent.cli.view.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// Shows what deletion would remove. Its fields are what was typed.
@Command(name = "dry-run", description = "Shows what would be removed from which repository if deletion went on.")
final class DryRunCommand implements Callable<Integer> {
    @Mixin
    private final AskingOptions options;

    DryRunCommand(Surroundings surroundings) {
        this.options = new AskingOptions(surroundings);
    }

    @Override
    public Integer call() {
        JsonNode run = options.ask(Orchestrator::dryRun);
        options.answer(run, lines(run));
        return RepoMain.DONE;
    }

    private static List<String> lines(JsonNode run) {
        Table table = new Table("REPOSITORY", "VM", "POLICY", "POINT", "TAKEN AT", "STORED", "WHY");
        for (JsonNode removal : run.path("removals")) {
            for (JsonNode point : removal.path("points")) {
                table.row(
                        removal.path("repository").asText(),
                        removal.path("vmName").asText(),
                        removal.path("policy").asText("-"),
                        point.path("point").asText(),
                        point.path("takenAt").asText(),
                        Amounts.bytes(point.path("storedBytes").asLong()),
                        point.path("why").asText());
            }
        }
        boolean isHeld = run.path("holdsDeletion").asBoolean();
        List<String> lines = new ArrayList<>();
        if (run.path("points").asInt() == 0) {
            lines.add("nothing would be removed");
        } else {
            lines.addAll(table.lines());
        }
        lines.add(
                isHeld
                        ? "deletion stands still; to let it go on: ./tidemark catalog let-go "
                                + PlainText.of(run.path("seen").asText())
                        : "deletion does not stand still");
        return lines;
    }
}
