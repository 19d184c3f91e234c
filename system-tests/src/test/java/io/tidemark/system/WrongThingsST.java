package io.tidemark.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidemark.demo.tour.Tidemark;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.MethodName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/// What a person meets who asks for what cannot be, on a guest with a raw disk.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodName.class)
class WrongThingsST {
    private Stack stack;
    private String point;

    @BeforeAll
    void start() throws Exception {
        stack = Stack.start(Map.of(), true);
        stack.backUp();
        point = stack.backUp();
    }

    @AfterAll
    void stop() throws Exception {
        stack.close();
    }

    @Test
    void aRawDiskIsFullWithItsReasonAndTheOthersAreIncremental() throws Exception {
        Map<String, String> levels = new HashMap<>();
        for (JsonNode disk : stack.point(point).path("disks")) {
            levels.put(
                    disk.path("target").asText(),
                    disk.path("level").asText() + " " + disk.path("reason").asText(""));
        }
        assertThat(levels)
                .containsExactlyInAnyOrderEntriesOf(
                        Map.of("vda", "incremental ", "vdb", "incremental ", "vdc", "full tracking-unsupported"));
    }

    @Test
    void anExistingImageIsNotOverwritten() throws Exception {
        Path image = Files.writeString(Files.createTempFile("tidemark", ".raw"), "precious");

        assertThatThrownBy(() -> stack.tidemark.restore(point, Stack.REPOSITORY, Map.of("vda", image)))
                .hasMessageContaining("target-exists")
                .hasMessageContaining(image.toString());

        assertThat(Files.readString(image)).isEqualTo("precious");
        Files.delete(image);
    }

    @Test
    void anUnknownVmIsNamed() {
        String unknown = UUID.randomUUID().toString();
        assertThatThrownBy(() -> stack.tidemark.beginBackUp(unknown, Stack.REPOSITORY, true))
                .hasMessageContaining("404")
                .hasMessageContaining(unknown);
    }

    @Test
    void anUnknownRepositoryIsNamed() {
        assertThatThrownBy(() -> stack.tidemark.beginBackUp(stack.vm, "nowhere", true))
                .hasMessageContaining("404")
                .hasMessageContaining("nowhere");
    }

    @Test
    void aBadCronExpressionIsNamed() {
        Map<String, Object> policy = Map.of(
                "name", "broken",
                "schedule", Map.of("cron", "61 * * * *"),
                "selection", Map.of("pattern", "*"),
                "repository", Stack.REPOSITORY,
                "retention", Map.of("keepLast", 3));
        assertThatThrownBy(() -> stack.all.rest().post("/api/v1/policies", policy))
                .hasMessageContaining("400")
                .hasMessageContaining("61 * * * *");
    }

    @Test
    void twoBackupsOfOneVmTakeTurns() throws Exception {
        String first = stack.tidemark.beginBackUp(stack.vm, Stack.REPOSITORY, true);
        String second = stack.tidemark.beginBackUp(stack.vm, Stack.REPOSITORY, true);

        Tidemark.await(
                "what the second waits for",
                Stack.SOON,
                () -> stack.all.rest().get("/api/v1/tasks/" + second),
                task -> task.path("waitsFor").asText().contains(first));
        assertThat(stack.tidemark.awaitTask(first).path("state").asText()).isEqualTo("succeeded");
        assertThat(stack.tidemark.awaitTask(second).path("state").asText()).isEqualTo("succeeded");
    }

    /// Last by its name: the guest does not run afterwards.
    @Test
    void zVmThatIsOffIsBackedUpWithoutAStart() throws Exception {
        stack.libvirtd.virsh("destroy", "guest");
        Tidemark.await(
                "the guest off",
                Stack.SOON,
                () -> stack.all.rest().get("/api/v1/vms/" + stack.vm),
                vm -> vm.path("state").asText().equals("off"));

        JsonNode ended = stack.tidemark.awaitTask(stack.tidemark.beginBackUp(stack.vm, Stack.REPOSITORY, true));

        assertThat(ended.path("state").asText()).isEqualTo("succeeded");
        assertThat(stack.libvirtd.virsh("domstate", "guest")).contains("shut off");
    }
}
