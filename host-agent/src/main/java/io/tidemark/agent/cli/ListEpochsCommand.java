package io.tidemark.agent.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidemark.agent.cli.view.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Lists epochs. Its fields are what was typed.
@Command(
        name = "list",
        description = "Lists the epochs of all disks, or of one VM's, as the orchestrator last knew them.")
final class ListEpochsCommand implements Callable<Integer> {
    @Mixin
    private final AskingOptions options;

    @Option(names = "--vm", paramLabel = "VM_ID", description = "only those of the VM of this id")
    private @Nullable String vm;

    ListEpochsCommand(Surroundings surroundings) {
        this.options = new AskingOptions(surroundings);
    }

    @Override
    public Integer call() {
        JsonNode epochs = options.ask(each -> each.epochs(vm));
        options.answer(epochs, lines(epochs));
        return RepoMain.DONE;
    }

    private static List<String> lines(JsonNode epochs) {
        if (epochs.isEmpty()) {
            return List.of("no epoch is known");
        }
        Table table = new Table("VM", "DISK", "TRACKER", "VALID SINCE", "REASON");
        for (JsonNode epoch : epochs) {
            table.row(
                    epoch.path("vm").asText("-"),
                    epoch.path("disk").asText("-"),
                    epoch.path("tracker").asText("-"),
                    epoch.path("validSince").asText("-"),
                    epoch.path("reason").asText("-"));
        }
        List<String> lines = new ArrayList<>(table.lines());
        lines.add("as last known; to ask the host of a disk: ./tidemark epoch show VM DISK");
        return lines;
    }
}
