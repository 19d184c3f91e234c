package io.tidemark.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidemark.demo.tour.Tidemark;
import io.tidemark.embedded.launcher.ChildProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
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
        long freezes = stack.guest.freezes();
        long thaws = stack.guest.thaws();

        String task = stack.tidemark.beginBackUp(stack.vm, Stack.REPOSITORY, true);

        assertThat(agent.awaitEnd(Stack.SOON)).as("the agent died at " + phase).isTrue();
        assertThat(hit).as("the failpoint was hit").exists();
        assertThat(stack.guest.freezes()).as("freezes that the guest has seen").isEqualTo(freezes + 1);
        Tidemark.await("guest thawed without the agent", GUARD_MAX, stack::freezeStatus, "thawed"::equals);
        Tidemark.await("the thaw as the guest has seen it", GUARD_MAX, stack.guest::thaws, now -> now > thaws);
        Tidemark.await("job gone without the agent", GUARD_MAX, stack::hasJob, has -> !has);
        stack.all.startAgent(Map.of());
        JsonNode ended = stack.tidemark.awaitTask(task);
        assertThat(ended.path("state").asText()).as(ended.toString()).isIn(allowedEnds(phase));
        stack.assertNothingIsLeft();
        stack.assertNextBackupRestores();
        stack.assertNothingIsLeft();
    }

    /// After the commit the point exists, whoever died since; before it the attempt may have been one too few.
    private static List<String> allowedEnds(String phase) {
        return switch (phase) {
            case "commit", "report" -> List.of("succeeded");
            default -> List.of("succeeded", "failed");
        };
    }
}
