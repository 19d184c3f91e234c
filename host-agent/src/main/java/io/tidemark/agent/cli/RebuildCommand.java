package io.tidemark.agent.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidemark.agent.cli.view.PlainText;
import io.tidemark.agent.export.CatalogExport;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Sends an export to the orchestrator, which makes it part of its catalog. Its fields are what was typed.
@Command(
        name = "rebuild",
        description = "Lists in the catalog what a repository holds: points, disks, VMs and holds. Without a folder"
                + " and without a file the orchestrator asks the repository's maintenance role. Twice changes nothing."
                + " Deletion stands still afterwards until somebody has seen the dry run.")
final class RebuildCommand implements Callable<Integer> {
    @Mixin
    private final RepositoryOptions options;

    @Mixin
    private final OrchestratorOptions orchestrator;

    @Option(
            names = "--name",
            paramLabel = "NAME",
            description = "the id by which orchestrator and agents know the repository (default: ${DEFAULT-VALUE})")
    private String name = "main";

    @Option(
            names = "--from",
            paramLabel = "FILE",
            description = "what repo export-catalog has written; else it is made from the repository, or asked for")
    private @Nullable Path file;

    @Option(
            names = "--wait",
            paramLabel = "SECONDS",
            description = "how long the maintenance role may say nothing (default: ${DEFAULT-VALUE})")
    private int waitSeconds = 60;

    RebuildCommand(Surroundings surroundings) {
        this.options = new RepositoryOptions(surroundings);
        this.orchestrator = new OrchestratorOptions(surroundings);
    }

    @Override
    public Integer call() throws IOException {
        JsonNode rebuilt = file == null && !options.isNamed() ? ofWhatTheRoleSays() : ofWhatIsHere();
        options.answer(rebuilt, lines(rebuilt));
        return RepoMain.DONE;
    }

    private JsonNode ofWhatTheRoleSays() {
        if (waitSeconds < 1) {
            throw CommandFailure.wrongUsage("--wait: expected a number of seconds from 1, found " + waitSeconds);
        }
        return orchestrator.ask(each -> {
            each.register(name);
            return each.rebuild(
                    new AskedExport(each, name, Duration.ofSeconds(waitSeconds), options.surroundings()).await());
        });
    }

    private JsonNode ofWhatIsHere() throws IOException {
        BodyPublisher export = export();
        return orchestrator.ask(each -> {
            each.register(name);
            return each.rebuild(name, export);
        });
    }

    private BodyPublisher export() throws IOException {
        if (file == null) {
            String lines =
                    String.join("\n", CatalogExport.of(options.repository()).lines()) + "\n";
            return BodyPublishers.ofByteArray(lines.getBytes(StandardCharsets.UTF_8));
        }
        if (!Files.isRegularFile(file)) {
            throw CommandFailure.failed("--from: expected a file, found none at " + file);
        }
        return BodyPublishers.ofFile(file);
    }

    private static List<String> lines(JsonNode rebuilt) {
        List<String> lines = new ArrayList<>(List.of(
                "repository " + rebuilt.path("repository").asText() + " is in the catalog, whose incarnation is "
                        + rebuilt.path("incarnation").asLong(),
                "  VMs     " + counted(rebuilt.path("vms")),
                "  points  " + counted(rebuilt.path("points")),
                "  holds   " + rebuilt.path("holdsAdded").asInt() + " were not known"));
        rebuilt.path("notes").forEach(note -> lines.add("note: " + PlainText.of(note.asText())));
        lines.add(
                rebuilt.path("holdsDeletion").asBoolean()
                        ? "nothing is removed until somebody has seen what would be; next: ./tidemark catalog dry-run"
                        : "nothing was new, and deletion goes on");
        return lines;
    }

    private static String counted(JsonNode counted) {
        return counted.path("exported").asInt() + " in the export, "
                + counted.path("added").asInt() + " were not known";
    }
}
