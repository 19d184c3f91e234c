package io.tidemark.agent.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tidemark.agent.cli.view.Output;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/// How one command ended, and what it said.
record RepoRun(int exitCode, String answer, String notes) {
    /// Runs a command in this JVM.
    static RepoRun of(Map<String, String> environment, String... arguments) {
        return of(RepoMain::run, environment, arguments);
    }

    static RepoRun of(RepoMain.Program program, Map<String, String> environment, String... arguments) {
        var answer = new ByteArrayOutputStream();
        var notes = new ByteArrayOutputStream();
        var answers = new PrintStream(answer, true, StandardCharsets.UTF_8);
        var noting = new PrintStream(notes, true, StandardCharsets.UTF_8);
        var waited = new AtomicLong();
        var surroundings = new Surroundings(
                environment,
                new Output(answers, noting, false),
                UUID::randomUUID,
                InstantSource.system(),
                waited::get,
                length -> waited.addAndGet(length.toMillis()),
                new Random(1),
                () -> "correct horse battery".toCharArray());
        int exitCode = program.run(
                surroundings,
                new PrintWriter(answer, true, StandardCharsets.UTF_8),
                new PrintWriter(notes, true, StandardCharsets.UTF_8),
                arguments);
        return new RepoRun(exitCode, answer.toString(StandardCharsets.UTF_8), notes.toString(StandardCharsets.UTF_8));
    }

    JsonNode json() throws Exception {
        return new ObjectMapper().readTree(answer);
    }
}
