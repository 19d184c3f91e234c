package io.tidemark.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.DURATION;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidemark.demo.tour.Tidemark;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Invariant I12: scratch space runs out under a running guest, which libvirt 9.0 answers by pausing it.
@ExtendWith(SharedStack.class)
class ScratchFullST {
    /// Room for a few clusters of 64 KiB: the guest overwrites more before the copy ends.
    private static final long TINY_BYTES = 320 << 10;
    private static final String WRITE_ERROR = "I/O Error";
    private static final Duration GUEST_RUNS_AGAIN_MAX = Duration.ofSeconds(2);

    @Test
    void theJobIsAbortedAndTheGuestRunsAgain(Stack stack) throws Exception {
        stack.backUp();
        stack.guest.awaitRecord(Stack.SLOTS + 1);
        Path scratch = stack.scratch();
        Files.createDirectories(scratch);
        stack.libvirtd.mountTmpfs(scratch, TINY_BYTES);
        JsonNode ended;
        try {
            ended = fillScratch(stack);
        } finally {
            stack.libvirtd.unmount(scratch);
        }

        assertThat(ended.path("state").asText()).isEqualTo("failed");
        assertThat(ended.path("reason").asText()).isEqualTo("scratch-full");
        stack.assertNothingIsLeft();
        stack.assertNextBackupRestores();
    }

    /// The guest fills what there is while the agent copies. How long the guest stood is told by libvirt's own
    /// events: a pause may be too short to be met by looking.
    private static JsonNode fillScratch(Stack stack) throws Exception {
        try (LifecycleEvents events = LifecycleEvents.of(stack)) {
            String task = stack.all.rest().post("/api/v1/backups", fullBackup(stack)).path("task").asText();
            JsonNode ended = stack.tidemark.awaitTask(task);
            List<String> seen = Tidemark.await("the guest paused and resumed", Stack.SOON, events::lines,
                    lines -> LifecycleEvents.firstPause(lines, WRITE_ERROR).isPresent());
            assertThat(LifecycleEvents.firstPause(seen, WRITE_ERROR)).get(DURATION).isLessThan(GUEST_RUNS_AGAIN_MAX);
            return ended;
        }
    }

    private static Map<String, Object> fullBackup(Stack stack) {
        return Map.of("vm", stack.vm, "repository", Stack.REPOSITORY, "quiesce", true, "forceFull", true);
    }
}
