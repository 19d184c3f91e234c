package io.tidemark.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidemark.demo.tour.Tidemark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Whatever breaks a bitmap is told within seconds and with its cause, not by the next backup; and as long as
/// nothing does, the token is the same.
@ExtendWith(SharedStack.class)
class EpochBreaksST {
    private static final Duration TOLD_WITHIN = Duration.ofSeconds(5);

    /// What somebody does to a domain that was backed up.
    private interface Break {
        void of(BareDomain domain, String checkpoint) throws IOException;
    }

    static Stream<Arguments> breaks() {
        return Stream.concat(breaksWhileItRuns(), breaksWhileItIsOff());
    }

    private static Stream<Arguments> breaksWhileItRuns() {
        return Stream.of(
                broken("resized", "disk-resized", (domain, _) -> domain.virsh("blockresize", "vda", "12M")),
                broken("killed", "bitmap-inconsistent", (domain, _) -> domain.kill()),
                broken(
                        "bitmap-removed",
                        "bitmap-missing",
                        (domain, checkpoint) -> domain.qmp("block-dirty-bitmap-remove", node(checkpoint))),
                broken(
                        "bitmap-disabled",
                        "bitmap-not-recording",
                        (domain, checkpoint) -> domain.qmp("block-dirty-bitmap-disable", node(checkpoint))),
                broken(
                        "snapshot-beside-libvirt",
                        "bitmap-gap-in-backing-chain",
                        (domain, _) -> domain.qmp("blockdev-snapshot-sync", overlay(domain))),
                broken(
                        "snapshot-by-libvirt",
                        "disk-replaced",
                        (domain, _) -> domain.virsh("snapshot-create-as", "--disk-only", "--no-metadata")),
                broken(
                        "checkpoint-deleted",
                        "bitmap-missing",
                        (domain, checkpoint) -> domain.virsh("checkpoint-delete", checkpoint)));
    }

    /// The copy of another disk may get the inode of the one that was deleted, and holds a bitmap of its name.
    private static Stream<Arguments> breaksWhileItIsOff() {
        return Stream.of(
                broken("image-replaced", "disk-replaced", whileOff(domain -> {
                    Files.delete(domain.image("vda"));
                    Files.copy(domain.image("vdb"), domain.image("vda"));
                })),
                broken("image-cloned", "disk-replaced", whileOff(domain -> {
                    Path clone = domain.folder.resolve("clone");
                    Files.copy(domain.image("vda"), clone);
                    Files.move(clone, domain.image("vda"), StandardCopyOption.REPLACE_EXISTING);
                })),
                broken("images-swapped", "disk-replaced", whileOff(domain -> {
                    Path other = domain.folder.resolve("other");
                    Files.move(domain.image("vda"), other);
                    Files.move(domain.image("vdb"), domain.image("vda"));
                    Files.move(other, domain.image("vdb"));
                })));
    }

    private interface Change {
        void of(BareDomain domain) throws IOException;
    }

    private static Break whileOff(Change change) {
        return (domain, _) -> {
            domain.stop();
            change.of(domain);
            domain.start();
        };
    }

    private static String overlay(BareDomain domain) {
        return "\"node-name\":\"libvirt-2-format\",\"snapshot-node-name\":\"foreign\",\"snapshot-file\":\""
                + domain.folder.resolve("foreign.qcow2") + "\"";
    }

    private static Arguments broken(String name, String reason, Break how) {
        return arguments(name, reason, how);
    }

    private static String node(String checkpoint) {
        return "\"node\":\"libvirt-2-format\",\"name\":\"" + checkpoint + "\"";
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("breaks")
    void aBreakIsToldWithItsCause(String name, String reason, Break how, Stack stack) throws Exception {
        try (BareDomain domain = BareDomain.defined(stack, name)) {
            String checkpoint = domain.backUp();
            assertLive(domain);

            long beganNanos = System.nanoTime();
            how.of(domain, checkpoint);

            assertTold(stack, domain, reason, beganNanos);
        }
    }

    @Test
    void aRevertIsToldWithItsCause(Stack stack) throws Exception {
        try (BareDomain domain = BareDomain.off(stack, "reverted")) {
            domain.virsh("snapshot-create-as", "before");
            domain.start();
            domain.backUp();
            assertLive(domain);

            long beganNanos = System.nanoTime();
            // QEMU 7.2 does not take an image back that has bitmaps, but libvirt has stopped the domain by then
            assertThatThrownBy(() -> domain.virsh("snapshot-revert", "before"))
                    .hasMessageContaining("active dirty bitmaps");

            assertTold(stack, domain, "reverted-or-restored", beganNanos);
        }
    }

    @Test
    void anImageThatIsChangedWhileItsDomainIsOffIsTold(Stack stack) throws Exception {
        try (BareDomain domain = BareDomain.defined(stack, "changed-offline")) {
            domain.backUp();
            domain.stop();
            awaitState(stack, domain, "off");
            assertLive(domain);

            long beganNanos = System.nanoTime();
            stack.libvirtd.runInside(
                    "qemu-io",
                    "-f",
                    "qcow2",
                    "-c",
                    "write 0 64k",
                    domain.image("vda").toString());

            assertTold(stack, domain, "changed-offline", beganNanos);
        }
    }

    @Test
    void aDomainThatLibvirtForgotAndWasStartedAgainHasItsCheckpointsMissed(Stack stack) throws Exception {
        try (BareDomain domain = BareDomain.passing(stack, "passing")) {
            domain.backUp();
            assertLive(domain);

            long beganNanos = System.nanoTime();
            domain.stop();
            domain.start();

            assertTold(stack, domain, "checkpoint-missing", beganNanos);
        }
    }

    @Test
    void theTokenStaysAsLongAsNothingBreaks(Stack stack) throws Exception {
        try (BareDomain domain = BareDomain.defined(stack, "unbroken")) {
            domain.backUp();
            String token = assertLive(domain);
            assertThat(domain.epochNow("vda").path("dirtyBytes").asLong()).isZero();

            domain.write("vda", 1 << 20);
            JsonNode dirty = domain.epochNow("vda");
            assertThat(dirty.path("token").asText()).isEqualTo(token);
            assertThat(dirty.path("dirtyBytes").asLong()).isEqualTo(65_536);
            domain.stop();
            awaitState(stack, domain, "off");
            assertThat(assertLive(domain)).as("while it is off").isEqualTo(token);
            assertThat(domain.epochNow("vda").path("dirtyBytes").asLong(-1))
                    .as("while it is off")
                    .isEqualTo(65_536);
            domain.start();
            awaitState(stack, domain, "paused");
            assertThat(assertLive(domain)).as("after another start").isEqualTo(token);
            assertThat(domain.epochNow("vda").path("dirtyBytes").asLong()).isEqualTo(65_536);

            domain.backUp();
            assertThat(assertLive(domain)).as("after a backup").isNotEqualTo(token);
            assertThat(domain.epochNow("vda").path("dirtyBytes").asLong()).isZero();
        }
    }

    private static void awaitState(Stack stack, BareDomain domain, String state) throws Exception {
        Tidemark.await(
                "VM " + domain.name + " " + state,
                Stack.SOON,
                () -> stack.all.rest().get("/api/v1/vms/" + domain.vm()),
                found -> found.path("state").asText().equals(state));
    }

    /// The token that the host confirms, which is the one that is known.
    private static String assertLive(BareDomain domain) throws Exception {
        JsonNode now = domain.epochNow("vda");
        assertThat(now.path("token").asText("")).as(now.toString()).isNotEmpty();
        assertThat(domain.epoch("vda").path("token")).isEqualTo(now.path("token"));
        return now.path("token").asText();
    }

    /// What it takes to do it counts as well, as stopping and starting a domain.
    private static void assertTold(Stack stack, BareDomain domain, String reason, long beganNanos) throws Exception {
        Tidemark.await(
                "the epoch of " + domain.name + " ended",
                TOLD_WITHIN,
                () -> domain.epoch("vda"),
                found -> found.path("token").isMissingNode()
                        || found.path("token").isNull());
        System.out.printf("break: %s told after %d ms%n", domain.name, (System.nanoTime() - beganNanos) / 1_000_000);
        assertThat(domain.epoch("vda").path("reason").asText()).isEqualTo(reason);
        JsonNode now = domain.epochNow("vda");
        assertThat(now.path("token").isNull() || now.path("token").isMissingNode())
                .as(now.toString())
                .isTrue();
        assertThat(now.path("reason").asText()).isEqualTo(reason);
        List<String> told = new Kcat(stack.all.bootstrapServers())
                .read("tidemark.events").stream()
                        .filter(message -> message.type().equals("io.tidemark.epoch-invalidated.v1"))
                        .map(Kcat.Message::body)
                        .filter(body -> body.contains(domain.vm()) && body.contains("\"" + reason + "\""))
                        .toList();
        assertThat(told).as("events").isNotEmpty().allMatch(body -> body.contains("\"nextLevel\":\"full\""));
    }
}
