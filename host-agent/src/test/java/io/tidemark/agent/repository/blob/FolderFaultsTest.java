package io.tidemark.agent.repository.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.tidemark.agent.repository.RepositoryException;
import io.tidemark.agent.repository.RepositoryException.DamagedException;
import io.tidemark.agent.repository.RepositoryException.NotPermitted;
import io.tidemark.agent.repository.RepositoryException.RepositoryFull;
import io.tidemark.agent.repository.RepositoryException.RepositoryUnavailable;
import io.tidemark.agent.repository.RepositoryException.SessionUnusable;
import io.tidemark.agent.repository.blob.BlobStore.Creation;
import io.tidemark.agent.repository.blob.BlobStore.Upload;
import io.tidemark.agent.repository.blob.Disturbance.Operation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntUnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Each step of a folder fails, one after the other, in each way in which file systems fail.
class FolderFaultsTest {
    private static final Path ROOT = Path.of("/repository");
    private static final int STEPS_MAX = 60;
    private static final int LOSSES = 50;
    /// More than may wait to be synced behind an upload.
    private static final int LONG_BYTES = 34 << 20;

    private static final BlobName OLD = new BlobName("packs/old");
    private static final BlobName RECORD = new BlobName("vms/one/log/1");
    private static final BlobName PACK = new BlobName("packs/of-one/x");
    private static final byte[] CONTENT = random(1_100_000);

    private final MemoryFolders folders = new MemoryFolders(ROOT);
    private final FolderFiles files = new FolderFiles(ROOT, StepGate.OPEN, folders);
    private final BlobStore store = new FolderBlobs(files);

    FolderFaultsTest() {
        files.createFolder("tmp");
        store.createIfAbsent(OLD, CONTENT);
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    /// What a file system says.
    enum Fault {
        INPUT_OUTPUT("Input/output error", RepositoryUnavailable.class),
        NO_SPACE("No space left on device", RepositoryFull.class),
        NO_QUOTA("Disk quota exceeded", RepositoryFull.class),
        READ_ONLY("Read-only file system", NotPermitted.class),
        STALE("Stale file handle", RepositoryUnavailable.class);

        private final String text;
        private final Class<? extends RepositoryException> expected;

        Fault(String text, Class<? extends RepositoryException> expected) {
            this.text = text;
            this.expected = expected;
        }
    }

    /// How it says so.
    enum Manner {
        ONCE,
        FROM_THEN_ON,
        /// The call was done.
        ONCE_IN_PLACE_OF_AN_ANSWER
    }

    /// What is tried, and is right when it ends.
    enum Work {
        CREATION("vms/one") {
            @Override
            void run(BlobStore store) {
                assertThat(store.createOwn(RECORD, CONTENT)).isTrue();
                assertWhole(store, RECORD);
            }
        },
        UPLOAD("one") {
            @Override
            void run(BlobStore store) {
                store.discard("one");
                try (Upload upload = store.begin("one")) {
                    upload.write(ByteBuffer.wrap(CONTENT));
                    upload.publish(PACK);
                }
                assertWhole(store, PACK);
            }
        },
        DELETION("packs/old") {
            @Override
            void run(BlobStore store) {
                store.delete(OLD);
                assertThat(store.read(OLD, 0)).isEmpty();
            }
        },
        READING("packs/old") {
            @Override
            void run(BlobStore store) {
                assertWhole(store, OLD);
                assertThat(store.readRange(OLD, 5, 10)).contains(Arrays.copyOfRange(CONTENT, 5, 15));
            }
        },
        LISTING("packs") {
            @Override
            void run(BlobStore store) {
                assertThat(store.list("packs")).contains(OLD);
            }
        };

        /// In every error's message, unless that is about its temporary file.
        private final String thing;

        Work(String thing) {
            this.thing = thing;
        }

        abstract void run(BlobStore store);
    }

    private static void assertWhole(BlobStore store, BlobName name) {
        assertThat(Arrays.equals(store.read(name, CONTENT.length).orElseThrow(), CONTENT))
                .as("%s is whole", name)
                .isTrue();
    }

    static Stream<Arguments> everyWorkFaultAndManner() {
        return Arrays.stream(Work.values())
                .flatMap(work -> Arrays.stream(Fault.values())
                        .flatMap(fault ->
                                Arrays.stream(Manner.values()).map(manner -> Arguments.of(work, fault, manner))));
    }

    @ParameterizedTest
    @MethodSource("everyWorkFaultAndManner")
    void whatFailsAtAnyStepSaysWhyLeavesNothingHalfMadeAndSucceedsLater(Work work, Fault fault, Manner manner) {
        boolean isHit = true;
        for (int step = 1; isHit; step++) {
            assertThat(step).isLessThan(STEPS_MAX);
            FolderFaultsTest each = new FolderFaultsTest();
            isHit = each.failsAtStep(step, work, fault, manner);
        }
    }

    private boolean failsAtStep(int step, Work work, Fault fault, Manner manner) {
        AtomicBoolean isHit = new AtomicBoolean();
        folders.disturb(failingAt(step, fault, manner, isHit));

        Throwable thrown = catchThrowable(() -> work.run(store));

        folders.disturb(Disturbance.NONE);
        if (thrown != null) {
            assertThat(thrown).as("step %d", step).isExactlyInstanceOf(fault.expected);
            assertThat(thrown)
                    .hasMessageContaining("Repository " + ROOT)
                    .hasMessageMatching("(?s).*(" + work.thing + "|tmp).*");
        }
        for (BlobName name : List.of(OLD, RECORD, PACK)) {
            if (store.readRange(name, 0, 0).isPresent()) {
                assertWhole(store, name);
            }
        }
        work.run(store);
        return isHit.get();
    }

    private static Disturbance failingAt(int step, Fault fault, Manner manner, AtomicBoolean isHit) {
        var steps = new AtomicInteger();
        return new Disturbance() {
            @Override
            public void before(Operation operation, Path file) throws IOException {
                if (operation == Operation.LOOK && !fault.expected.equals(RepositoryUnavailable.class)) {
                    return; // a look needs neither room nor a right to write
                }
                int at = steps.incrementAndGet();
                if (manner != Manner.ONCE_IN_PLACE_OF_AN_ANSWER
                        && (at == step || (at > step && manner == Manner.FROM_THEN_ON))) {
                    fail(file);
                }
            }

            @Override
            public void after(Operation operation, Path file) throws IOException {
                if (manner == Manner.ONCE_IN_PLACE_OF_AN_ANSWER && steps.get() >= step && !isHit.get()) {
                    fail(file);
                }
            }

            private void fail(Path file) throws IOException {
                isHit.set(true);
                throw new FileSystemException(file.toString(), null, fault.text);
            }
        };
    }

    @ParameterizedTest
    @EnumSource
    void shortReadsAndWritesAreGoneOnWith(Work work) {
        folders.disturb(moving(bytes -> bytes / 2 + 1));

        work.run(store);
    }

    private static Disturbance moving(IntUnaryOperator moved) {
        return new Disturbance() {
            @Override
            public void before(Operation operation, Path file) {}

            @Override
            public int moved(Operation operation, int bytes) {
                return moved.applyAsInt(bytes);
            }
        };
    }

    @Test
    void aFileThatEndsBeforeItsSizeIsDamaged() {
        folders.disturb(moving(_ -> 0));

        assertThatThrownBy(() -> store.read(OLD, CONTENT.length))
                .isInstanceOf(DamagedException.class)
                .hasMessageContaining("packs/old")
                .hasMessageContaining("expected 1100000 bytes, found 0 bytes");
        assertThatThrownBy(() -> store.readRange(OLD, 1, 10))
                .isInstanceOf(DamagedException.class)
                .hasMessageContaining("expected 10 bytes, found 0 bytes");
    }

    /// The kernel reports it once: a second sync would succeed, and nothing would be on the disk.
    @Test
    void anUploadWhoseSyncFailedIsNeverPublished() {
        failTheFirstForce();
        Upload upload = store.begin("one");
        upload.write(ByteBuffer.wrap(CONTENT));

        assertThatThrownBy(() -> upload.publish(PACK)).isInstanceOf(RepositoryUnavailable.class);
        assertThatThrownBy(() -> upload.publish(PACK)).isInstanceOf(SessionUnusable.class);
        upload.close();

        assertThat(store.read(PACK, 0)).isEmpty();
    }

    @Test
    void anUploadWhoseSyncFailedBehindItsWritesIsNeverPublished() {
        failTheFirstForce();
        byte[] content = new byte[LONG_BYTES];

        assertThatThrownBy(() -> {
                    try (Upload upload = store.begin("one")) {
                        upload.write(ByteBuffer.wrap(content));
                        upload.publish(PACK);
                    }
                })
                .isInstanceOf(RepositoryUnavailable.class)
                .hasMessageContaining("upload of one")
                .hasMessageContaining("Input/output error");

        assertThat(store.read(PACK, 0)).isEmpty();
        assertThat(files.list("tmp")).isEmpty();
    }

    @Test
    void aFileWhoseSyncFailedIsNeverLinked() {
        failTheFirstForce();
        try (TemporaryFile temporary = files.createTemporary("one")) {
            files.write(temporary, ByteBuffer.wrap(CONTENT), 0);
            assertThatThrownBy(() -> files.sync(temporary, "x")).isInstanceOf(RepositoryUnavailable.class);

            assertThatThrownBy(() -> files.publish(temporary, PACK.text()))
                    .isInstanceOf(RepositoryUnavailable.class)
                    .hasMessageContaining("packs/of-one/x: expected it on the disk, found that an earlier sync failed");
        }
        assertThat(store.read(PACK, 0)).isEmpty();
    }

    /// What the two tests before are about is what happens here.
    @Test
    void whoForcesAgainAfterAFailureLosesWhatHeWrote() throws IOException {
        failTheFirstForce();
        Path file = folders.createTemporary(ROOT.resolve("tmp"), "one.");
        try (var channel = folders.open(file)) {
            channel.write(ByteBuffer.wrap(CONTENT), 0);
            assertThatThrownBy(() -> channel.force(true)).isInstanceOf(IOException.class);
            channel.force(true);
        }
        folders.link(ROOT.resolve("packs/torn"), file);
        folders.forceFolder(ROOT.resolve("packs"));

        assertThat(Stream.iterate(0, seed -> seed + 1).limit(LOSSES))
                .anyMatch(seed -> !Arrays.equals(CONTENT, after(folders.lost(seed), "packs/torn")));
    }

    private static byte[] after(MemoryFolders lost, String name) {
        return new FolderFiles(ROOT, StepGate.OPEN, lost).read(name).orElseThrow();
    }

    private void failTheFirstForce() {
        var isOver = new AtomicBoolean();
        folders.disturb((operation, _) -> {
            if (operation == Operation.FORCE && !isOver.getAndSet(true)) {
                throw new IOException("Input/output error");
            }
        });
    }

    /// A folder on which nothing is mounted is empty, and nothing follows from that.
    @Test
    void aRepositoryThatIsAwayIsUnavailableAndNothingIsMadeInItsPlace() {
        Upload upload = store.begin("one");
        upload.write(ByteBuffer.wrap(CONTENT));
        folders.unmount();

        Stream.<Runnable>of(
                        () -> store.read(OLD, CONTENT.length),
                        () -> store.readRange(OLD, 0, 1),
                        () -> store.list("packs"),
                        () -> store.delete(OLD),
                        () -> store.createIfAbsent(RECORD, CONTENT),
                        () -> store.begin("one"),
                        () -> store.discard("one"),
                        () -> upload.publish(PACK))
                .forEach(work -> assertThatThrownBy(work::run)
                        .isExactlyInstanceOf(RepositoryUnavailable.class)
                        .hasMessageContaining("Repository " + ROOT));

        assertThat(files.list("")).isEmpty();
        folders.mount();
        upload.close();
        assertWhole(store, OLD);
        assertThat(store.createIfAbsent(RECORD, CONTENT)).isEqualTo(Creation.CREATED);
    }
}
