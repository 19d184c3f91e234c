package io.tidemark.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Invariant I3: a bitmap that QEMU did not close is no base for an increment.
@ExtendWith(SharedStack.class)
class QemuKilledST {
    /// QEMU 7.2 stores a new bitmap when it closes the image: one that began in the life that was killed is missing
    /// afterwards, one from an earlier life is marked inconsistent. The agent, which saw it die, calls
    /// both inconsistent.
    @Test
    void afterAKilledQemuTheNextBackupIsFullAndSaysWhy(Stack stack) throws Exception {
        stack.backUp();

        killAndStart(stack);
        assertLevels(stack, stack.assertNextBackupRestores(), "full bitmap-inconsistent");
        assertLevels(stack, stack.assertNextBackupRestores(), "incremental ");

        stack.libvirtd.virsh("destroy", "guest");
        stack.guest.startAgain();
        stack.guest.awaitAgent();
        assertLevels(stack, stack.assertNextBackupRestores(), "incremental ");
        stack.libvirtd.virsh("destroy", "guest");
        stack.guest.startAgain();

        killAndStart(stack);
        assertLevels(stack, stack.assertNextBackupRestores(), "full bitmap-inconsistent");
        stack.assertNothingIsLeft();
    }

    private static void killAndStart(Stack stack) throws Exception {
        stack.guest.kill();
        stack.guest.startAgain();
        stack.guest.awaitAgent();
    }

    private static void assertLevels(Stack stack, String point, String expected) throws Exception {
        for (JsonNode disk : stack.point(point).path("disks")) {
            assertThat(disk.path("level").asText() + " " + disk.path("reason").asText(""))
                    .isEqualTo(expected);
        }
    }
}
