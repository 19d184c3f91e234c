package io.tidemark.agent.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// What commands share that tell what an orchestrator answers: which one, and how to tell it. Its fields are what
/// was typed.
final class AskingOptions {
    @Mixin
    private final OrchestratorOptions orchestrator;

    @Option(names = "--json", description = "answer with one JSON document")
    private boolean isJson;

    private final Surroundings surroundings;

    AskingOptions(Surroundings surroundings) {
        this.surroundings = surroundings;
        this.orchestrator = new OrchestratorOptions(surroundings);
    }

    /// What it answers, or a failure that says why not.
    JsonNode ask(OrchestratorOptions.Call<JsonNode> call) {
        return orchestrator.ask(call);
    }

    /// One of the two, as was asked for.
    void answer(JsonNode json, List<String> lines) {
        if (isJson) {
            surroundings.output().json(json);
        } else {
            surroundings.output().lines(lines);
        }
    }
}
