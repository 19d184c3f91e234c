package io.tidemark.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidemark.demo.tour.Tidemark;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Kafka or PostgreSQL goes away and comes back: everyone waits, says so, and loses nothing.
@ExtendWith(SharedStack.class)
class PartAwayST {
    private static final Duration NOTICED_MAX = Duration.ofMinutes(1);

    @Test
    void aBackupAskedForWithoutKafkaIsMadeWhenItIsBack(Stack stack) throws Exception {
        String[] task = new String[1];
        stack.all.withoutKafka(() -> {
            task[0] = stack.tidemark.beginBackUp(stack.vm, Stack.REPOSITORY, true);
            Tidemark.await("orchestrator not ready", NOTICED_MAX, () -> ready(stack.all.restUri()), is -> !is);
            Tidemark.await("agent not ready", NOTICED_MAX, () -> ready(stack.all.agentUri()), is -> !is);
        });

        assertThat(stack.tidemark.awaitTask(task[0]).path("state").asText()).isEqualTo("succeeded");
        Tidemark.await(
                "ready again", NOTICED_MAX, () -> ready(stack.all.restUri()) && ready(stack.all.agentUri()), is -> is);
        stack.assertNothingIsLeft();
    }

    @Test
    void whatAnAgentReportsWithoutPostgresIsCataloguedWhenItIsBack(Stack stack) throws Exception {
        String task = stack.beginFullBackUp();
        Tidemark.await("the job", Stack.SOON, stack::hasJob, has -> has);
        Instant[] back = new Instant[1];
        // it cannot hear of the end until the database is away
        Signals.send("STOP", stack.all.orchestrator().pid());
        try {
            stack.all.withoutPostgres(() -> {
                Signals.send("CONT", stack.all.orchestrator().pid());
                Tidemark.await("the job's end", Stack.SOON, stack::hasJob, has -> !has);
                Tidemark.await("orchestrator not ready", NOTICED_MAX, () -> ready(stack.all.restUri()), is -> !is);
                back[0] = Instant.now();
            });
        } finally {
            Signals.send("CONT", stack.all.orchestrator().pid());
        }

        Tidemark.await("ready again", NOTICED_MAX, () -> ready(stack.all.restUri()), is -> is);
        JsonNode ended = stack.tidemark.awaitTask(task);
        assertThat(ended.path("state").asText()).isEqualTo("succeeded");
        assertThat(Instant.parse(ended.path("endedAt").asText()))
                .as("end of the task")
                .isAfter(back[0]);
        stack.assertNothingIsLeft();
        stack.assertNextBackupRestores();
    }

    private static boolean ready(URI application) throws IOException, InterruptedException {
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpRequest ask = HttpRequest.newBuilder(application.resolve("q/health/ready"))
                    .timeout(Duration.ofSeconds(20))
                    .build();
            return http.send(ask, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (java.net.http.HttpTimeoutException slow) {
            return false;
        }
    }
}
