package io.tidemark.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Invariant I3: what QEMU did not close cleanly is no base for an increment.
class QemuKilledST {
    @Test
    void afterAKilledQemuTheNextBackupIsFullAndSaysWhy() throws Exception {
        try (Stack stack = Stack.start(Map.of())) {
            stack.backUp();

            stack.guest.kill();
            stack.guest.startAgain();
            stack.guest.awaitAgent();
            String next = stack.assertNextBackupRestores();

            for (JsonNode disk : stack.point(next).path("disks")) {
                assertThat(disk.path("level").asText()).isEqualTo("full");
                assertThat(disk.path("reason").asText()).isEqualTo("bitmap-inconsistent");
            }
            String after = stack.assertNextBackupRestores();
            for (JsonNode disk : stack.point(after).path("disks")) {
                assertThat(disk.path("level").asText()).isEqualTo("incremental");
            }
            stack.assertNothingIsLeft();
        }
    }
}
