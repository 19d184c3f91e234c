package io.tidemark.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidemark.demo.tour.Tidemark;
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
        String task;
        try {
            task = stack.tidemark.beginBackUp(stack.vm, Stack.REPOSITORY, true);
            Tidemark.await("the job", Stack.SOON, stack::hasJob, has -> has);
            Signals.send("STOP", stack.all.agent().pid()); // it reads no further, so the guest fills the rest
            Tidemark.await("the guest paused", Stack.SOON, () -> state(stack), "paused"::equals);
            Tidemark.await("the guest runs", GUEST_RUNS_AGAIN_MAX, () -> state(stack), "running"::equals);
        } finally {
            Signals.send("CONT", stack.all.agent().pid());
        }

        JsonNode ended = stack.tidemark.awaitTask(task);

        assertThat(ended.path("state").asText()).isEqualTo("failed");
        assertThat(ended.path("reason").asText()).isEqualTo("scratch-full");
        stack.libvirtd.unmount(scratch);
        stack.assertNothingIsLeft();
        stack.assertNextBackupRestores();
    }

    private static String state(Stack stack) throws IOException {
        return stack.libvirtd.virsh("domstate", "guest").strip();
    }
}
