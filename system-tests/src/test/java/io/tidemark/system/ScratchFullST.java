package io.tidemark.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.DURATION;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidemark.demo.tour.Tidemark;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Invariant I12: scratch space runs out under a running guest, which libvirt 9.0 answers by pausing it.
@ExtendWith(SharedStack.class)
class ScratchFullST {
    /// From more than the guest overwrites during a copy down to less than an empty scratch file takes: between
    /// them lies a size that the guest fills. Which one, the speed of the copy decides.
    private static final int KIB_MOST = 1024;
    private static final int KIB_LEAST = 256;
    private static final int KIB_STEP = 64;
    private static final String WRITE_ERROR = "I/O Error";
    private static final Duration GUEST_RUNS_AGAIN_MAX = Duration.ofSeconds(2);

    @Test
    void theJobIsAbortedAndTheGuestRunsAgain(Stack stack) throws Exception {
        stack.backUp();
        stack.guest.awaitRecord(Stack.SLOTS + 1);
        Files.createDirectories(stack.scratch());
        Optional<JsonNode> paused = Optional.empty();
        for (int kib = KIB_MOST; paused.isEmpty() && kib >= KIB_LEAST; kib -= KIB_STEP) {
            paused = backedUpWithin(stack, kib);
        }

        JsonNode ended = paused.orElseThrow(() -> new AssertionError("the guest never ran out of scratch"));
        assertThat(ended.path("state").asText()).isEqualTo("failed");
        assertThat(ended.path("reason").asText()).isEqualTo("scratch-full");
        stack.assertNothingIsLeft();
        stack.assertNextBackupRestores();
    }

    /// The task that backed up with that much scratch, if the guest had to stand for it.
    private static Optional<JsonNode> backedUpWithin(Stack stack, int kib) throws Exception {
        Path scratch = stack.scratch();
        stack.libvirtd.mountTmpfs(scratch, (long) kib << 10);
        try {
            return filled(stack);
        } finally {
            stack.libvirtd.unmount(scratch);
        }
    }

    /// How long the guest stood is told by libvirt's own events: a pause may be too short to be met by looking.
    private static Optional<JsonNode> filled(Stack stack) throws Exception {
        try (LifecycleEvents events = LifecycleEvents.of(stack)) {
            String id = stack.beginFullBackUp();
            JsonNode ended = stack.tidemark.awaitTask(id);
            if (events.lines().stream().noneMatch(line -> line.contains(WRITE_ERROR))) {
                return Optional.empty();
            }
            List<String> seen = Tidemark.await(
                    "the guest resumed",
                    Stack.SOON,
                    events::lines,
                    lines -> LifecycleEvents.firstPause(lines, WRITE_ERROR).isPresent());
            assertThat(LifecycleEvents.firstPause(seen, WRITE_ERROR))
                    .get(DURATION)
                    .isLessThan(GUEST_RUNS_AGAIN_MAX);
            // a copy that ended before the guard looked is none the worse, and shows nothing
            return Optional.of(ended).filter(task -> task.path("state").asText().equals("failed"));
        }
    }
}
