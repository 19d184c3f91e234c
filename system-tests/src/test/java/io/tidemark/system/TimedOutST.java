package io.tidemark.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidemark.demo.tour.Tidemark;
import io.tidemark.embedded.launcher.ChildProcess;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// A task is given up while its attempt commits after all: the repository decides that the point exists.
class TimedOutST {
    @Test
    void theTaskStaysFailedAndThePointIsListedAllTheSame() throws Exception {
        try (Stack stack = Stack.start(Map.of("tidemark.task.deadline", "PT6S"))) {
            stack.all.agent().close();
            ChildProcess agent = stack.all.startAgent(Map.of("tidemark.failpoint", "commit"));
            long atLeast = stack.guest.lastRecord();
            String task = stack.tidemark.beginBackUp(stack.vm, Stack.REPOSITORY, true);
            assertThat(agent.awaitEnd(Stack.SOON)).as("the agent died after the commit").isTrue();
            long atMost = stack.guest.newestPossibleRecord();

            JsonNode ended = stack.tidemark.awaitTask(task);
            stack.all.startAgent(Map.of());

            assertThat(ended.path("state").asText()).isEqualTo("failed");
            assertThat(ended.path("reason").asText()).isEqualTo("timed-out");
            JsonNode point = Tidemark.await("the point", Stack.SOON, () -> stack.tidemark.points(stack.vm),
                    points -> points.size() == 1).getFirst();
            assertThat(stack.tidemark.awaitTask(task).path("state").asText()).isEqualTo("failed");
            stack.assertRestores(point.path("id").asText(), atLeast, atMost);
            stack.assertNothingIsLeft();
            stack.assertNextBackupRestores();
        }
    }
}
