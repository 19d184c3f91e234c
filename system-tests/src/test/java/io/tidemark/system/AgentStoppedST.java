package io.tidemark.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidemark.demo.tour.Tidemark;
import io.tidemark.embedded.launcher.ChildProcess;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Invariant I6: the agent is stopped in the midst of its reads. It is not dead, so its connections stay open, and
/// QEMU does not end a job while a client has reads under way.
@ExtendWith(SharedStack.class)
class AgentStoppedST {
    /// The lease, the guard's call limit, and as much again for the next try and a busy machine.
    private static final Duration GUARD_MAX = Duration.ofSeconds(25);

    @Test
    void aStoppedAgentKeepsNeitherItsJobNorTheGuest(Stack stack) throws Exception {
        ChildProcess agent = stack.all.agent();
        String task = stack.beginFullBackUp();
        Tidemark.await("the job", Stack.SOON, stack::hasJob, has -> has);

        Signals.send("STOP", agent.pid());

        Tidemark.await("job gone while the agent is stopped", GUARD_MAX, stack::hasJob, has -> !has);
        Tidemark.await("guest thawed", GUARD_MAX, stack::freezeStatus, "thawed"::equals);
        agent.close();
        stack.all.startAgent(Map.of());
        JsonNode ended = stack.tidemark.awaitTask(task);
        assertThat(ended.path("state").asText()).isIn("succeeded", "failed");
        stack.assertNothingIsLeft();
        stack.assertNextBackupRestores();
    }
}
