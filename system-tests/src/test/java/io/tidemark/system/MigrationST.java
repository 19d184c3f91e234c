package io.tidemark.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidemark.demo.tour.Tidemark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Invariant I3 while VMs go from host to host on shared storage: an epoch ends with its host, is told so, and
/// nothing that a host remembers of before makes an increment that lacks changes.
@ExtendWith(SharedStack.class)
class MigrationST {
    private static final Duration TOLD_WITHIN = Duration.ofSeconds(5);

    @Test
    void aVmThatGoesAndComesBackAliveIsFullOnceOnEachHost(Stack stack) throws Exception {
        SecondHost second = stack.secondHost();
        stack.backUp();

        second.take(Stack.GUEST, stack.vm);
        awaitNoToken(stack);
        Tidemark.await("no checkpoint left behind", Stack.SOON, () -> checkpoints(stack), List::isEmpty);
        assertLevels(stack, stack.vm, stack.assertNextBackupRestores(), "full bitmap-not-migrated");
        assertLevels(stack, stack.vm, stack.assertNextBackupRestores(), "incremental ");

        second.giveBack(Stack.GUEST, stack.vm);
        awaitNoToken(stack);
        assertLevels(stack, stack.vm, stack.assertNextBackupRestores(), "full bitmap-not-migrated");
        assertLevels(stack, stack.vm, stack.assertNextBackupRestores(), "incremental ");
        stack.assertNothingIsLeft();
        assertThat(second.libvirtd.virsh("list", "--all", "--name")).isBlank();
    }

    /// QEMU reads the bitmaps of a guest that comes paused only as it is resumed, so that at first it has none.
    @Test
    void bitmapsThatDoNotArriveAreToldAndTheNextBackupIsFull(Stack stack) throws Exception {
        SecondHost second = stack.secondHost();
        try (BareDomain domain = BareDomain.defined(stack, "paused-on-the-way")) {
            domain.write("vda", 1 << 20);
            domain.backUp();

            second.take(domain.name, domain.vm());

            assertEnds(domain, "bitmap-not-migrated");
            assertTold(stack, domain, "bitmap-not-migrated");
            second.libvirtd.virsh("resume", domain.name);
            String point = stack.tidemark.backUp(domain.vm(), Stack.REPOSITORY, false);
            assertLevels(stack, domain.vm(), point, "full bitmap-not-migrated");
            assertHolds(stack, domain, point);
            second.libvirtd.virsh("destroy", domain.name);
        }
    }

    /// The first host has a definition still, and once had the checkpoint from which the bitmaps in the images do
    /// record. What was written to the images after the second host's guest ended, nobody saw.
    @Test
    void aVmThatEndsElsewhereAndIsStartedHereAgainIsFull(Stack stack) throws Exception {
        SecondHost second = stack.secondHost();
        try (BareDomain domain = BareDomain.defined(stack, "ended-elsewhere")) {
            domain.write("vda", 1 << 20);
            domain.backUp();
            domain.virsh("resume");
            second.take(domain.name, domain.vm());
            assertEnds(domain, "bitmap-not-migrated");

            second.libvirtd.virsh("destroy", domain.name);
            stack.libvirtd.runInside(
                    "qemu-io",
                    "-f",
                    "qcow2",
                    "-c",
                    "write -P 9 4M 64k",
                    domain.image("vda").toString());
            domain.start();

            String point = stack.tidemark.backUp(domain.vm(), Stack.REPOSITORY, false);
            assertLevels(stack, domain.vm(), point, "full bitmap-not-migrated");
            assertHolds(stack, domain, point);
        }
    }

    private static void awaitNoToken(Stack stack) throws Exception {
        JsonNode now = Tidemark.await(
                "the epoch ended",
                TOLD_WITHIN,
                () -> stack.all.rest().get("/api/v1/epochs/now?vm=" + stack.vm + "&disk=vda"),
                found -> List.of("", "null").contains(found.path("token").asText("")));
        assertThat(now.path("reason").asText()).isEqualTo("bitmap-not-migrated");
    }

    private static List<String> checkpoints(Stack stack) throws IOException {
        return stack.libvirtd
                .virsh("checkpoint-list", Stack.GUEST, "--name")
                .lines()
                .filter(name -> !name.isBlank())
                .toList();
    }

    private static void assertEnds(BareDomain domain, String reason) throws Exception {
        JsonNode ended = Tidemark.await(
                "the epoch of " + domain.name + " ended",
                TOLD_WITHIN,
                () -> domain.epoch("vda"),
                found -> found.path("token").isMissingNode()
                        || found.path("token").isNull());
        assertThat(ended.path("reason").asText()).isEqualTo(reason);
        JsonNode now = domain.epochNow("vda");
        assertThat(now.path("token").asText("")).as(now.toString()).isIn("", "null");
        assertThat(now.path("reason").asText()).isEqualTo(reason);
    }

    private static void assertTold(Stack stack, BareDomain domain, String reason) throws Exception {
        List<String> told = new Kcat(stack.all.bootstrapServers())
                .read("tidemark.events").stream()
                        .filter(message -> message.type().equals("io.tidemark.epoch-invalidated.v1"))
                        .map(Kcat.Message::body)
                        .filter(body -> body.contains(domain.vm()) && body.contains("\"" + reason + "\""))
                        .toList();
        assertThat(told).as("events").hasSize(2).allMatch(body -> body.contains("\"nextLevel\":\"full\""));
    }

    private static void assertLevels(Stack stack, String vm, String point, String expected) throws Exception {
        JsonNode found = stack.tidemark.points(vm).stream()
                .filter(each -> each.path("id").asText().equals(point))
                .findFirst()
                .orElseThrow();
        assertThat(found.path("disks").size()).isEqualTo(2);
        for (JsonNode disk : found.path("disks")) {
            assertThat(disk.path("level").asText() + " " + disk.path("reason").asText(""))
                    .isEqualTo(expected);
        }
    }

    /// The point has each byte of the domain's disks, to which nobody writes.
    private static void assertHolds(Stack stack, BareDomain domain, String point) throws Exception {
        try (RestoredDisks restored = stack.restore(point)) {
            for (String target : List.of("vda", "vdb")) {
                Path now = domain.folder.resolve(target + ".raw");
                stack.libvirtd.runInside(
                        "qemu-img",
                        "convert",
                        "-U",
                        "-f",
                        "qcow2",
                        "-O",
                        "raw",
                        domain.image(target).toString(),
                        now.toString());
                assertThat(Files.mismatch(now, target.equals("vda") ? restored.vda() : restored.vdb()))
                        .as("first byte of %s that differs", target)
                        .isEqualTo(-1);
            }
        }
    }
}
