package io.tidemark.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidemark.demo.tour.Tidemark;
import io.tidemark.embedded.launcher.ChildProcess;
import java.nio.file.Files;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// A task is given up while its attempt commits after all: the repository decides that the point exists.
@ExtendWith(SharedStack.class)
class TimedOutST {
    @Test
    void theTaskStaysFailedAndThePointIsListedAllTheSame(Stack stack) throws Exception {
        stack.all.orchestrator().close();
        stack.all.startOrchestrator(Map.of("tidemark.backup-deadline", "PT10S"));
        stack.all.agent().close();
        int before = stack.tidemark.points(stack.vm).size();
        Files.deleteIfExists(stack.all.agentState().resolve("failpoint-hit"));
        ChildProcess agent = stack.all.startAgent(Map.of("tidemark.failpoint", "commit"));
        long atLeast = stack.guest.lastRecord();
        String task = stack.tidemark.beginBackUp(stack.vm, Stack.REPOSITORY, true);
        assertThat(agent.awaitEnd(Stack.SOON))
                .as("the agent died after the commit")
                .isTrue();
        long atMost = stack.guest.newestPossibleRecord();

        JsonNode ended = stack.tidemark.awaitTask(task);
        stack.all.startAgent(Map.of());

        assertThat(ended.path("state").asText()).isEqualTo("failed");
        assertThat(ended.path("reason").asText()).isEqualTo("timed-out");
        JsonNode point = Tidemark.await(
                        "the point",
                        Stack.SOON,
                        () -> stack.tidemark.points(stack.vm),
                        points -> points.size() == before + 1)
                .getLast();
        assertThat(stack.tidemark.awaitTask(task).path("state").asText()).isEqualTo("failed");
        stack.assertRestores(point.path("id").asText(), atLeast, atMost);
        stack.all.orchestrator().close();
        stack.all.startOrchestrator(Map.of());
        stack.assertNothingIsLeft();
        stack.assertNextBackupRestores();
    }
}
