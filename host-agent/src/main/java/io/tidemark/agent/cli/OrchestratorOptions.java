package io.tidemark.agent.cli;

import io.tidemark.agent.cli.rest.Orchestrator;
import io.tidemark.agent.cli.view.PlainText;
import java.io.IOException;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Which orchestrator has the catalog. Its field is what was typed.
final class OrchestratorOptions {
    private static final String VARIABLE = "TIDEMARK_ORCHESTRATOR";
    private static final String DEFAULT = "http://127.0.0.1:8080";

    @Option(
            names = "--orchestrator",
            paramLabel = "URL",
            description = "where it answers; else $" + VARIABLE + " names it, else it is " + DEFAULT)
    private @Nullable String typed;

    private final Surroundings surroundings;

    OrchestratorOptions(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    /// A call of the orchestrator.
    interface Call<T> {
        T answer(Orchestrator orchestrator) throws IOException;
    }

    /// What it answers, or a failure that says why not.
    <T> T ask(Call<T> call) {
        try {
            return call.answer(new Orchestrator(url()));
        } catch (IOException refused) {
            throw CommandFailure.failed(PlainText.of(String.valueOf(refused.getMessage())));
        }
    }

    private URI url() {
        String named = surroundings.environment().getOrDefault(VARIABLE, "");
        String text = typed != null ? typed : named.isEmpty() ? DEFAULT : named;
        try {
            URI url = URI.create(text.endsWith("/") ? text : text + "/");
            if ("http".equals(url.getScheme()) || "https".equals(url.getScheme())) {
                return url;
            }
        } catch (IllegalArgumentException unreadable) {
            // told below
        }
        throw CommandFailure.wrongUsage("--orchestrator: expected a URL of http or https, found " + text);
    }
}
