package io.tidemark.agent.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidemark.agent.cli.rest.Orchestrator;
import java.io.IOException;
import java.time.Duration;

/// An export that the orchestrator asks a repository's maintenance role for. Waits until it is complete, and gives
/// up once no page has come for too long.
final class AskedExport {
    private static final Duration LOOK_EVERY = Duration.ofMillis(250);

    private final Orchestrator orchestrator;
    private final String repository;
    private final Duration silenceMax;
    private final Surroundings surroundings;

    /// @param silenceMax how long no page may come, the first included
    AskedExport(Orchestrator orchestrator, String repository, Duration silenceMax, Surroundings surroundings) {
        this.orchestrator = orchestrator;
        this.repository = repository;
        this.silenceMax = silenceMax;
        this.surroundings = surroundings;
    }

    /// Asks; the export's id, by which the orchestrator has all of it.
    String await() throws IOException {
        JsonNode export = orchestrator.askForExport(repository);
        String id = export.path("export").asText();
        long heardMillis = surroundings.millis().getAsLong();
        int heard = 0;
        while (!isComplete(export)) {
            int pages = export.path("pagesHeard").asInt();
            if (pages != heard) {
                heard = pages;
                heardMillis = surroundings.millis().getAsLong();
            }
            if (surroundings.millis().getAsLong() - heardMillis >= silenceMax.toMillis()) {
                throw silent(export);
            }
            surroundings.pause().accept(LOOK_EVERY);
            export = orchestrator.export(id);
        }
        return id;
    }

    private boolean isComplete(JsonNode export) {
        String state = export.path("state").asText();
        if (state.equals("failed")) {
            throw CommandFailure.failed("repository " + repository + ": expected an export from its maintenance role,"
                    + " found " + export.path("detail").asText());
        }
        return state.equals("complete");
    }

    private CommandFailure silent(JsonNode export) {
        int heard = export.path("pagesHeard").asInt();
        String found = heard == 0
                ? "nobody who answered"
                : heard + " of " + export.path("pages").asInt() + " pages";
        return CommandFailure.failed("repository " + repository + ": expected an export from its maintenance role,"
                + " found " + found + " within " + silenceMax.toSeconds() + " s; an agent must run that has "
                + repository + " among its repositories, or name the repository with --repository FOLDER, or its"
                + " export with --from FILE");
    }
}
