package io.tidemark.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.embedded.launcher.ChildProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Invariants I2 and I4: the orchestrator dies between the catalog's commit and the send of what it announces.
@ExtendWith(SharedStack.class)
class OrchestratorKilledST {
    @Test
    void deathBetweenCatalogAndSendLosesNoMessage(Stack stack) throws Exception {
        stack.backUp();
        int before = stack.tidemark.points(stack.vm).size();
        Path marker = stack.all.logs().resolve("failpoint-hit");
        stack.all.orchestrator().close();
        ChildProcess orchestrator = stack.all.startOrchestrator(
                Map.of("tidemark.failpoint", "catalog-committed", "tidemark.failpoint-marker", marker.toString()));

        String task = stack.tidemark.beginBackUp(stack.vm, Stack.REPOSITORY, true);

        assertThat(orchestrator.awaitEnd(Stack.SOON))
                .as("the orchestrator died")
                .isTrue();
        assertThat(Files.exists(marker)).as("the failpoint was hit").isTrue();
        stack.all.startOrchestrator(Map.of());
        assertThat(stack.tidemark.awaitTask(task).path("state").asText()).isEqualTo("succeeded");
        assertThat(stack.tidemark.points(stack.vm)).hasSize(before + 1);
        stack.assertNothingIsLeft(); // the checkpoint of the first point is retired by the message sent late
        stack.assertNextBackupRestores();
    }
}
