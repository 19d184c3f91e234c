package io.tidemark.agent.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidemark.agent.cli.rest.Orchestrator;
import io.tidemark.agent.cli.view.PlainText;
import io.tidemark.agent.cli.view.SnapshotText;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// What the commands share that have something done with a snapshot: they wait until it is. Its fields are what was
/// typed.
final class SnapshotEnd {
    private static final Duration LOOK_EVERY = Duration.ofMillis(250);

    @Mixin
    private final AskingOptions options;

    @Option(names = "--no-wait", description = "ends once it is asked for; show tells how it goes")
    private boolean isNotAwaited;

    @Option(
            names = "--wait",
            paramLabel = "SECONDS",
            description = "how long to wait at most; else until the orchestrator gives up")
    private @Nullable Integer waitSeconds;

    private final Surroundings surroundings;

    SnapshotEnd(Surroundings surroundings) {
        this.surroundings = surroundings;
        this.options = new AskingOptions(surroundings);
    }

    /// Asks for it, waits, and tells how it ended.
    int of(OrchestratorOptions.Call<JsonNode> wish) {
        if (waitSeconds != null && (waitSeconds < 1 || isNotAwaited)) {
            throw CommandFailure.wrongUsage("--wait: expected a number of seconds from 1 and no --no-wait, found "
                    + waitSeconds + (isNotAwaited ? " and --no-wait" : ""));
        }
        JsonNode begun = options.ask(wish);
        String task = last(begun).path("id").asText();
        JsonNode ended = isNotAwaited ? begun : options.ask(each -> ended(each, begun, task));
        options.answer(ended, lines(ended, task));
        return isNotAwaited || isDone(task(ended, task)) ? RepoMain.DONE : RepoMain.FAILED;
    }

    private JsonNode ended(Orchestrator orchestrator, JsonNode begun, String task) throws IOException {
        long beganMillis = surroundings.millis().getAsLong();
        JsonNode now = begun;
        while (isOpen(task(now, task))) {
            long waitedMillis = surroundings.millis().getAsLong() - beganMillis;
            if (waitSeconds != null
                    && waitedMillis >= Duration.ofSeconds(waitSeconds).toMillis()) {
                throw CommandFailure.failed(
                        "snapshot " + PlainText.of(now.path("id").asText()) + ": expected the end of "
                                + PlainText.of(last(now).path("action").asText()) + " within " + waitSeconds
                                + " s, found it under way; it goes on");
            }
            surroundings.pause().accept(LOOK_EVERY);
            now = orchestrator.snapshot(begun.path("id").asText());
        }
        return now;
    }

    private static boolean isOpen(JsonNode task) {
        return List.of("waiting", "dispatched").contains(task.path("state").asText());
    }

    private static boolean isDone(JsonNode task) {
        return List.of("succeeded", "done-late").contains(task.path("state").asText());
    }

    /// The one that was asked for just now.
    private static JsonNode last(JsonNode snapshot) {
        JsonNode tasks = snapshot.path("tasks");
        return tasks.path(tasks.size() - 1);
    }

    private static JsonNode task(JsonNode snapshot, String id) {
        for (JsonNode task : snapshot.path("tasks")) {
            if (task.path("id").asText().equals(id)) {
                return task;
            }
        }
        return last(snapshot);
    }

    private static List<String> lines(JsonNode snapshot, String task) {
        return SnapshotText.of(snapshot, task(snapshot, task));
    }
}
