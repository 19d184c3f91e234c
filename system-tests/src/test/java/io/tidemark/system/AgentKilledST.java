package io.tidemark.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidemark.demo.tour.Tidemark;
import io.tidemark.embedded.launcher.ChildProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Invariant I6 and the life of a backup: the agent dies in each phase, as by `kill -9`.
@ExtendWith(SharedStack.class)
class AgentKilledST {
    private static final Duration GUARD_MAX = Duration.ofSeconds(10);

    @ParameterizedTest
    @ValueSource(strings = {"freeze", "begin", "read", "pack", "commit", "report"})
    void deathOfTheAgentLeavesNothingAndTheNextBackupRestores(String phase, Stack stack) throws Exception {
        Path hit = stack.all.agentState().resolve("failpoint-hit");
        Files.deleteIfExists(hit);
        stack.all.agent().close();
        ChildProcess agent = stack.all.startAgent(Map.of("tidemark.failpoint", phase));
        stack.guest.awaitRecord(stack.guest.lastRecord() + 1);

        String task = stack.tidemark.beginBackUp(stack.vm, Stack.REPOSITORY, true);

        assertThat(agent.awaitEnd(Stack.SOON)).as("the agent died at " + phase).isTrue();
        assertThat(hit).as("the failpoint was hit").exists();
        Tidemark.await("guest thawed without the agent", GUARD_MAX, stack::freezeStatus, "thawed"::equals);
        Tidemark.await("job gone without the agent", GUARD_MAX, stack::hasJob, has -> !has);
        stack.all.startAgent(Map.of());
        JsonNode ended = stack.tidemark.awaitTask(task);
        assertThat(ended.path("state").asText()).isIn("succeeded", "failed");
        stack.assertNothingIsLeft();
        stack.assertNextBackupRestores();
        stack.assertNothingIsLeft();
    }
}
