package io.tidemark.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Invariant I12: scratch space runs out under a running guest, which libvirt 9.0 answers by pausing it.
@ExtendWith(SharedStack.class)
class ScratchFullST {
    private static final long TINY_BYTES = 1 << 20;
    /// The guard looks every half second and has 2 s; the rest is virsh.
    private static final Duration GUEST_RUNS_AGAIN_MAX = Duration.ofSeconds(3);

    @Test
    void theJobIsAbortedAndTheGuestRunsAgain(Stack stack) throws Exception {
        stack.backUp();
        stack.guest.awaitRecord(Stack.SLOTS + 1);
        Path scratch = stack.scratch();
        Files.createDirectories(scratch);
        stack.libvirtd.mountTmpfs(scratch, TINY_BYTES);
        JsonNode ended;
        Duration paused;
        try {
            String task = stack.tidemark.beginBackUp(stack.vm, Stack.REPOSITORY, true);
            paused = longestPause(stack, task);
            ended = stack.tidemark.awaitTask(task);
        } finally {
            stack.libvirtd.unmount(scratch);
        }

        assertThat(ended.path("state").asText()).isEqualTo("failed");
        assertThat(ended.path("reason").asText()).isEqualTo("scratch-full");
        assertThat(paused).isPositive().isLessThan(GUEST_RUNS_AGAIN_MAX);
        stack.assertNothingIsLeft();
        stack.assertNextBackupRestores();
    }

    /// From the first look that found the guest paused to the next that found it running, until the task has ended.
    private static Duration longestPause(Stack stack, String task) throws Exception {
        Duration longest = Duration.ZERO;
        long pausedSince = 0;
        while (stack.all.rest().get("/api/v1/tasks/" + task).path("endedAt").isMissingNode()) {
            boolean isPaused = state(stack).equals("paused");
            if (isPaused && pausedSince == 0) {
                pausedSince = System.nanoTime();
            } else if (!isPaused && pausedSince != 0) {
                Duration pause = Duration.ofNanos(System.nanoTime() - pausedSince);
                longest = pause.compareTo(longest) > 0 ? pause : longest;
                pausedSince = 0;
            }
        }
        return longest;
    }

    private static String state(Stack stack) throws IOException {
        return stack.libvirtd.virsh("domstate", "guest").strip();
    }
}
