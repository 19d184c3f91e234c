package io.tidemark.agent.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.agent.repository.TestRepositories;
import io.tidemark.agent.restore.ImageTargets.NewImage;
import io.tidemark.agent.restore.nbd.QemuNbdTargets;
import io.tidemark.schemas.command.AgentCommand.NewDomain;
import io.tidemark.schemas.command.AgentCommand.RestoreTarget;
import io.tidemark.schemas.command.AgentCommand.StartRestore;
import io.tidemark.schemas.event.AgentEvent;
import io.tidemark.schemas.event.AgentEvent.RestoreCompleted;
import io.tidemark.schemas.event.AgentEvent.RestoreFailed;
import io.tidemark.schemas.event.AgentEvent.RestoreStarted;
import io.tidemark.schemas.id.DomainUuid;
import io.tidemark.schemas.id.RepositoryId;
import io.tidemark.schemas.id.TaskId;
import io.tidemark.schemas.vocabulary.FailureReason;
import io.tidemark.schemas.vocabulary.ImageFormat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Restores through real `qemu-img` and `qemu-nbd`.
@Timeout(120)
final class RestoreServiceIT {
    private static final RepositoryId REPOSITORY = new RepositoryId("main");
    private static final TaskId TASK = new TaskId(new UUID(9, 1));
    private static final NewDomain NEW_DOMAIN =
            new NewDomain("new", DomainUuid.of("6a1f0f2e-0000-4000-8000-00000000000a"));
    private static final byte[] VDA = RestorePoints.disk(1, 10 * 1024 * 1024 + 512);
    private static final byte[] VDB = RestorePoints.disk(2, 3 * 1024 * 1024);

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it before each test
    Path folder;

    private final ListedDomains domains = new ListedDomains();
    private final List<AgentEvent> events = new ArrayList<>();
    private Path images = Path.of("");
    private Path work = Path.of("");

    @BeforeEach
    void writePoint() throws IOException {
        images = Files.createDirectories(folder.resolve("images"));
        work = folder.resolve("work");
        RestorePoints.write(TestRepositories.folder(folder.resolve("repository")), VDA, VDB);
    }

    @Test
    void qcow2AndRawHaveTheBytesOfThePoint() throws Exception {
        restore(command(ImageFormat.QCOW2, ImageFormat.RAW, null));

        assertThat(bytesOf("a", "qcow2")).isEqualTo(VDA);
        assertThat(Files.readAllBytes(images.resolve("b"))).isEqualTo(VDB);
        assertThat(events.getFirst()).isInstanceOf(RestoreStarted.class);
        assertThat(events.getLast())
                .isInstanceOfSatisfying(
                        RestoreCompleted.class,
                        done -> assertThat(done.writtenBytes()).isBetween(9_000_000L, 11_000_000L));
        assertThat(namesIn(images)).containsExactly("a", "b");
        assertThat(namesIn(work)).isEmpty();
        assertThat((long) Files.getAttribute(images.resolve("b"), "unix:size")).isEqualTo(VDB.length);
    }

    @Test
    void qemuRefusesTheImageToOthersUntilItIsProved() throws Exception {
        List<Integer> exitCodes = new ArrayList<>();
        Path partial = RestorePlan.partial(images.resolve("a"), TASK);

        restore(command(ImageFormat.QCOW2, ImageFormat.QCOW2, null), event -> {
            if (event instanceof RestoreStarted) {
                exitCodes.add(run("qemu-io", "-f", "qcow2", "-c", "write 0 512", partial.toString()));
            }
        });

        assertThat(exitCodes).containsExactly(1);
        assertThat(Files.readString(folder.resolve("tool.log"))).contains("Failed to get \"write\" lock");
        assertThat(bytesOf("a", "qcow2")).isEqualTo(VDA);
    }

    @Test
    void existingImageIsRefusedAndUntouched() throws Exception {
        Files.writeString(images.resolve("b"), "precious");

        restore(command(ImageFormat.QCOW2, ImageFormat.RAW, null));

        assertFailed(FailureReason.TARGET_EXISTS, images.resolve("b") + ": expected no such file, found one");
        assertThat(images.resolve("b")).hasContent("precious");
        assertThat(namesIn(images)).containsExactly("b");
    }

    @Test
    void flippedByteInThePackGivesNoNames() throws Exception {
        flipByteOfPack();

        restore(command(ImageFormat.QCOW2, ImageFormat.RAW, null));

        assertFailed(FailureReason.DIGEST_MISMATCH, "is damaged");
        assertNothingLeft();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"in data,2000000", "where the point is zero,3000000"})
    void byteThatTheImageLosesIsFoundBeforeNamesAppear(String where, int offset) throws Exception {
        byte wrong = (byte) ~VDA[offset];
        ImageTargets flipping = new FlippingTargets(targets(), offset, wrong);

        service(flipping)
                .restore(
                        command(List.of(target("vda", "a", ImageFormat.QCOW2)), null),
                        new CompletableFuture<>(),
                        events::add);

        assertFailed(
                FailureReason.DIGEST_MISMATCH,
                "expected byte " + (VDA[offset] & 0xff) + " at " + offset + ", found " + (wrong & 0xff));
        assertNothingLeft();
    }

    @Test
    void cancelMidwayLeavesNothing() throws Exception {
        CompletableFuture<Object> cancelled = new CompletableFuture<>();

        service().restore(command(ImageFormat.QCOW2, ImageFormat.RAW, null), cancelled, event -> {
            events.add(event);
            if (event instanceof RestoreStarted) {
                cancelled.complete("given up");
            }
        });

        assertFailed(FailureReason.CANCELLED, "cancelled");
        assertNothingLeft();
    }

    @Test
    void diskThatThePointLacksIsNamedWithThoseItHas() throws Exception {
        StartRestore command = command(List.of(target("vdz", "a", ImageFormat.QCOW2)), null);

        restore(command);

        assertFailed(FailureReason.NO_SUCH_RESTORE_POINT, "expected one of its disks [vda, vdb], found vdz");
        assertNothingLeft();
    }

    @Test
    void missingFolderIsNamed() throws Exception {
        restore(command(List.of(target("vda", "none/a", ImageFormat.QCOW2)), null));

        assertFailed(FailureReason.INTERNAL, "expected a writable folder " + images.resolve("none"));
    }

    @Test
    void newDomainIsDefinedOverTheRestoredImages() throws Exception {
        restore(command(ImageFormat.QCOW2, ImageFormat.RAW, NEW_DOMAIN));

        assertThat(events.getLast()).isInstanceOf(RestoreCompleted.class);
        assertThat(domains.defined)
                .singleElement()
                .asString()
                .contains(
                        "<name>new</name>",
                        images.resolve("a").toString(),
                        images.resolve("b").toString());
    }

    @Test
    void takenDomainNameIsRefusedBeforeAnythingIsWritten() throws Exception {
        domains.add("new", DomainUuid.of("6a1f0f2e-0000-4000-8000-00000000000b"));

        restore(command(ImageFormat.QCOW2, ImageFormat.RAW, NEW_DOMAIN));

        assertFailed(FailureReason.TARGET_EXISTS, "domain new");
        assertThat(events).hasSize(1);
        assertNothingLeft();
    }

    @Test
    void domainThatCannotBeDefinedTakesTheImagesWithIt() throws Exception {
        domains.refuseDefinitions();

        restore(command(ImageFormat.QCOW2, ImageFormat.RAW, NEW_DOMAIN));

        assertFailed(FailureReason.HYPERVISOR_UNAVAILABLE, "define domain");
        assertNothingLeft();
    }

    @Test
    void unfinishedRestoreOfAnEarlierProcessIsRemovedAtStart() throws Exception {
        StartRestore command = command(ImageFormat.QCOW2, ImageFormat.RAW, null);
        Files.writeString(RestorePlan.partial(images.resolve("a"), TASK), "half");
        Files.writeString(images.resolve("b"), "of somebody else");

        service().settle(command, events::add);

        assertFailed(FailureReason.AGENT_RESTARTED, "unfinished images are deleted");
        assertThat(namesIn(images)).containsExactly("b");
    }

    @Test
    void leftoverServerOfAnEarlierProcessIsEnded() throws Exception {
        Path partial = Files.createFile(RestorePlan.partial(images.resolve("a"), TASK));
        try (ImageTarget left = targets().create(new NewImage(TASK, 0, partial, ImageFormat.QCOW2, 1 << 20))) {
            service().settle(command(ImageFormat.QCOW2, ImageFormat.RAW, null), events::add);

            assertThatThrownBy(left::flush).isInstanceOf(IOException.class);
        }
        assertFailed(FailureReason.AGENT_RESTARTED, "restart");
        assertThat(namesIn(images)).isEmpty();
    }

    @Test
    void provedRestoreOfAnEarlierProcessGoesForward() throws Exception {
        StartRestore command = command(ImageFormat.QCOW2, ImageFormat.RAW, NEW_DOMAIN);
        Path first = Files.writeString(images.resolve("a"), "named already");
        Path second = Files.writeString(RestorePlan.partial(images.resolve("b"), TASK), "not yet");
        RestoreMark mark = new RestoreMark(
                5, 7, List.of(RestoreFiles.identity(first), RestoreFiles.identity(second)), "<domain/>");
        new RestoreFiles(work).keep(TASK, List.of(first, second), mark);

        service().settle(command, events::add);

        assertThat(events).containsExactly(new RestoreCompleted(TASK, command.vm(), command.point(), 5, 7));
        assertThat(images.resolve("b")).hasContent("not yet");
        assertThat(namesIn(images)).containsExactly("a", "b");
        assertThat(domains.defined).containsExactly("<domain/>");
        assertThat(namesIn(work)).isEmpty();
    }

    private void restore(StartRestore command) {
        restore(command, _ -> {});
    }

    private void restore(StartRestore command, Consumer<AgentEvent> also) {
        service().restore(command, new CompletableFuture<>(), event -> {
            events.add(event);
            also.accept(event);
        });
    }

    private ImageTargets targets() {
        return new QemuNbdTargets(work, Duration.ofSeconds(30));
    }

    private RestoreService service() {
        return service(targets());
    }

    private RestoreService service(ImageTargets targets) {
        return new RestoreService(
                TestRepositories.folders(Map.of(REPOSITORY, folder.resolve("repository"))),
                targets,
                domains,
                new RestoreSettings(work, 2),
                () -> 0);
    }

    private StartRestore command(ImageFormat vda, ImageFormat vdb, @Nullable NewDomain domain) {
        return command(List.of(target("vda", "a", vda), target("vdb", "b", vdb)), domain);
    }

    private StartRestore command(List<RestoreTarget> targets, @Nullable NewDomain domain) {
        return new StartRestore(TASK, RestorePoints.VM, RestorePoints.POINT, REPOSITORY, targets, domain);
    }

    private RestoreTarget target(String disk, String name, ImageFormat format) {
        return new RestoreTarget(disk, images.resolve(name).toString(), format);
    }

    private void flipByteOfPack() throws IOException {
        try (Stream<Path> files = Files.walk(folder.resolve("repository"))) {
            Path pack = files.filter(file -> file.toString().contains("/packs/") && Files.isRegularFile(file))
                    .findFirst()
                    .orElseThrow();
            byte[] bytes = Files.readAllBytes(pack);
            bytes[bytes.length / 3] ^= 1;
            Files.write(pack, bytes);
        }
    }

    private byte[] bytesOf(String name, String format) throws IOException {
        Path raw = folder.resolve(name + ".raw");
        String image = images.resolve(name).toString();
        assertThat(run("qemu-img", "convert", "-f", format, "-O", "raw", image, raw.toString()))
                .isZero();
        return Files.readAllBytes(raw);
    }

    private void assertFailed(FailureReason reason, String detail) {
        assertThat(events.getLast()).isInstanceOfSatisfying(RestoreFailed.class, failed -> {
            assertThat(failed.detail()).contains(detail);
            assertThat(failed.reason()).isEqualTo(reason);
        });
        assertThat(events).filteredOn(RestoreCompleted.class::isInstance).isEmpty();
    }

    private void assertNothingLeft() throws IOException {
        assertThat(namesIn(images)).isEmpty();
        assertThat(namesIn(work)).isEmpty();
    }

    private static List<String> namesIn(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> String.valueOf(file.getFileName()))
                    .sorted()
                    .toList();
        }
    }

    private int run(String... command) {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve("tool.log").toFile())
                    .start();
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            return process.exitValue();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
