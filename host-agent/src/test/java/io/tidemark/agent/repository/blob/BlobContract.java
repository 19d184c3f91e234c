package io.tidemark.agent.repository.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.agent.repository.RepositoryException.DamagedException;
import io.tidemark.agent.repository.RepositoryException.RepositoryUnavailable;
import io.tidemark.agent.repository.RepositoryException.SessionUnusable;
import io.tidemark.agent.repository.blob.BlobStore.Creation;
import io.tidemark.agent.repository.blob.BlobStore.Upload;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// What every [BlobStore] keeps: the weakest of a folder, NFS and S3, so that a repository that needs no more runs
/// on each. Each test begins with an empty store.
public interface BlobContract {
    int LARGE = (1 << 20) + 1;
    int WRITERS = 8;
    int NUMBERS = 40;

    BlobStore store();

    private static BlobName name(String text) {
        return new BlobName(text);
    }

    private static byte[] random(int seed, int length) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    @Test
    default void anObjectIsReadAsItWasCreated() {
        for (int length : new int[] {0, 1, 4097, LARGE}) {
            byte[] content = random(length, length);
            BlobName name = name("packs/of-" + length + "/x.pack");

            assertThat(store().createOwn(name, content)).isTrue();

            assertThat(store().read(name, length)).contains(content);
        }
    }

    @Test
    default void theEndOfAnObjectIsReadWithItsSize() {
        byte[] content = random(5, 5000);
        store().createOwn(name("ends/x"), content);

        assertThat(store().readEnd(name("ends/x"), 88)).hasValueSatisfying(end -> {
            assertThat(end.sizeBytes()).isEqualTo(5000);
            assertThat(end.bytes()).isEqualTo(Arrays.copyOfRange(content, 5000 - 88, 5000));
        });
        assertThat(store().readEnd(name("ends/x"), 9000))
                .hasValueSatisfying(end -> assertThat(end.bytes()).isEqualTo(content));
        assertThat(store().readEnd(name("ends/y"), 88)).isEmpty();
    }

    @Test
    default void whatIsNotThereIsNotFound() {
        assertThat(store().read(name("a/b"), 10)).isEmpty();
        assertThat(store().readRange(name("a/b"), 0, 1)).isEmpty();
        assertThat(store().list("a")).isEmpty();
        store().delete(name("a/b"));
    }

    @Test
    default void aTakenNameKeepsItsContent() {
        byte[] first = random(1, 100);
        BlobName name = name("log/1");
        assertThat(store().createOwn(name, first)).isTrue();

        assertThat(store().createIfAbsent(name, random(2, 100))).isEqualTo(Creation.TAKEN);
        assertThat(store().createOwn(name, random(2, 100))).isFalse();
        assertThat(store().createOwn(name, random(3, 50))).as("shorter").isFalse();
        assertThat(store().createOwn(name, random(4, 150))).as("longer").isFalse();

        assertThat(store().read(name, 100)).contains(first);
        assertThat(store().createOwn(name, first)).as("his own").isTrue();
    }

    @Test
    default void ofManyWhoTakeANumberOneSucceedsAndAllSeeWhose() throws Exception {
        try (ExecutorService writers = Executors.newFixedThreadPool(WRITERS)) {
            for (int number = 0; number < NUMBERS; number++) {
                BlobName name = name("log/" + number);
                List<Callable<byte[]>> tries = IntStream.range(0, WRITERS)
                        .<Callable<byte[]>>mapToObj(writer -> () -> tried(name, random(writer, 200)))
                        .toList();
                List<byte[]> seen = new ArrayList<>();
                for (Future<byte[]> each : writers.invokeAll(tries)) {
                    seen.add(each.get());
                }
                byte[] held = store().read(name, 200).orElseThrow();
                assertThat(seen).as("what is there, to each").allMatch(one -> Arrays.equals(one, held));
            }
        }
    }

    /// Whose content is there: his own if he was told so, else what he reads.
    private byte[] tried(BlobName name, byte[] content) {
        return store().createOwn(name, content)
                ? content
                : store().read(name, 200).orElseThrow();
    }

    @Test
    default void aRangeFillsWhatABufferHasLeftAndNothingElse() {
        byte[] content = random(6, 1000);
        BlobName name = name("packs/y");
        store().createOwn(name, content);
        for (ByteBuffer target : List.of(ByteBuffer.allocate(100), ByteBuffer.allocateDirect(100))) {
            assertThat(store().readRange(name, 40, target.position(10).limit(60)))
                    .isTrue();
            assertThat(target.hasRemaining()).isFalse();

            byte[] found = new byte[100];
            target.clear().get(found);
            byte[] expected = new byte[100];
            System.arraycopy(content, 40, expected, 10, 50);
            assertThat(found).isEqualTo(expected);
            assertThat(store().readRange(name("packs/none"), 0, target.clear())).isFalse();
            assertThatThrownBy(() -> store().readRange(name, 901, target.clear()))
                    .isInstanceOf(DamagedException.class);
        }
    }

    @Test
    default void aRangeIsReadExactlyOrNotAtAll() {
        byte[] content = random(5, 1000);
        BlobName name = name("packs/x");
        store().createOwn(name, content);

        assertThat(store().readRange(name, 0, 1000)).contains(content);
        assertThat(store().readRange(name, 900, 100)).contains(Arrays.copyOfRange(content, 900, 1000));
        assertThat(store().readRange(name, 1000, 0)).contains(new byte[0]);
        assertThatThrownBy(() -> store().readRange(name, 901, 100)).isInstanceOf(DamagedException.class);
        assertThatThrownBy(() -> store().readRange(name, Long.MAX_VALUE, 1)).isInstanceOf(DamagedException.class);
    }

    @Test
    default void whatIsLargerThanExpectedIsNotRead() {
        store().createOwn(name("log/1"), random(6, 101));

        assertThatThrownBy(() -> store().read(name("log/1"), 100))
                .isInstanceOf(DamagedException.class)
                .hasMessageContaining("log/1")
                .hasMessageContaining("at most 100 bytes")
                .hasMessageContaining("101 bytes");
    }

    @Test
    default void whatWasDeletedIsNotFound() {
        BlobName name = name("packs/x");
        BlobName other = name("packs/y");
        store().createOwn(name, random(7, 10));
        store().createOwn(other, random(8, 10));

        store().delete(name);
        store().delete(name);

        assertThat(store().read(name, 10)).isEmpty();
        assertThat(store().readRange(name, 0, 1)).isEmpty();
        assertThat(store().read(other, 10)).contains(random(8, 10));
    }

    /// Two looks before and after, as a store may be two clients in turn.
    @Test
    default void whatWasMissingIsFoundOnceItIsCreatedAndNotOnceItIsDeleted() {
        BlobName name = name("log/1");
        byte[] content = random(19, 10);
        assertThat(store().read(name, 10)).isEmpty();
        assertThat(store().read(name, 10)).isEmpty();

        store().createOwn(name, content);
        assertThat(store().read(name, 10)).contains(content);
        assertThat(store().read(name, 10)).contains(content);

        store().delete(name);
        assertThat(store().read(name, 10)).isEmpty();
        assertThat(store().read(name, 10)).isEmpty();
    }

    @Test
    default void aListingNamesNothingThatNeverWasAndIsSorted() {
        for (String each : List.of("packs/b", "packs/a", "packs/sub/c", "log/1")) {
            store().createOwn(name(each), random(9, 10));
        }

        assertThat(store().list("packs"))
                .isSubsetOf(name("packs/a"), name("packs/b"))
                .isSortedAccordingTo(Comparator.comparing(BlobName::text));
    }

    @Test
    default void aListingBehindANameLeavesOutWhatComesBefore() {
        for (String each : List.of("log/09", "log/10", "log/11", "log/12/13", "log2/15")) {
            store().createOwn(name(each), random(9, 10));
        }

        assertThat(store().listBehind(name("log/10")))
                .isSubsetOf(name("log/11"))
                .isEqualTo(store().list("log").stream()
                        .filter(name("log/11")::equals)
                        .toList());
    }

    @Test
    default void anUploadIsReadAsItWasWritten() {
        for (int length : new int[] {0, 1, 4097, LARGE, 2 * LARGE + 1}) {
            byte[] content = random(length, length);
            BlobName name = name("packs/uploaded-" + length);
            ByteBuffer whole = ByteBuffer.wrap(content);

            try (Upload upload = store().begin("a")) {
                upload.write(whole);
                assertThat(whole.hasRemaining()).as("left over of %d", length).isFalse();
                assertThat(isPublished(upload, name, content)).isTrue();
            }

            assertThat(store().read(name, length)).contains(content);
            assertThat(store().readRange(name, length / 2, length - length / 2))
                    .contains(Arrays.copyOfRange(content, length / 2, length));
        }
    }

    /// Also when the answer is that of a second try.
    private boolean isPublished(Upload upload, BlobName name, byte[] content) {
        return upload.publish(name) == Creation.CREATED
                || Arrays.equals(store().read(name, content.length).orElseThrow(), content);
    }

    @Test
    default void whatIsWrittenInPartsIsOneObject() {
        byte[] content = random(10, 3 * LARGE);
        ByteBuffer rest = ByteBuffer.wrap(content);
        try (Upload upload = store().begin("a")) {
            for (int length : new int[] {1, 0, 4095, LARGE, 7}) {
                ByteBuffer part = ByteBuffer.allocate(length);
                rest.get(part.array());
                upload.write(part);
                Arrays.fill(part.array(), (byte) 0); // it is the caller's again
            }
            upload.write(rest);

            assertThat(isPublished(upload, name("packs/x"), content)).isTrue();
        }
        assertThat(store().read(name("packs/x"), content.length)).contains(content);
    }

    @Test
    default void anUploadToATakenNameLeavesTheOldContent() {
        byte[] first = random(11, 100);
        store().createOwn(name("packs/x"), first);
        try (Upload upload = store().begin("a")) {
            upload.write(ByteBuffer.wrap(random(12, LARGE)));

            assertThat(upload.publish(name("packs/x"))).isEqualTo(Creation.TAKEN);
        }
        assertThat(store().read(name("packs/x"), 100)).contains(first);
    }

    @Test
    default void ofManyWhoPublishUnderANameOneSucceeds() throws Exception {
        try (ExecutorService writers = Executors.newFixedThreadPool(WRITERS)) {
            for (int number = 0; number < NUMBERS; number++) {
                BlobName name = name("packs/" + number);
                List<Callable<Creation>> tries = IntStream.range(0, WRITERS)
                        .<Callable<Creation>>mapToObj(writer -> () -> published(name, random(writer, 200)))
                        .toList();
                List<Creation> told = new ArrayList<>();
                for (Future<Creation> each : writers.invokeAll(tries)) {
                    told.add(each.get());
                }
                byte[] held = store().read(name, 200).orElseThrow();
                List<Integer> winners = IntStream.range(0, WRITERS)
                        .filter(writer -> told.get(writer) == Creation.CREATED)
                        .boxed()
                        .toList();
                assertThat(winners).as("told that they created %s", name).hasSizeLessThanOrEqualTo(1);
                assertThat(winners).allMatch(writer -> Arrays.equals(held, random(writer, 200)));
                assertThat(IntStream.range(0, WRITERS)).anyMatch(writer -> Arrays.equals(held, random(writer, 200)));
            }
        }
    }

    private Creation published(BlobName name, byte[] content) {
        try (Upload upload = store().begin("of-many")) {
            upload.write(ByteBuffer.wrap(content));
            return upload.publish(name);
        }
    }

    @Test
    default void whoLooksWhileAnUploadGetsItsNameSeesAllOrNothing() throws Exception {
        byte[] content = random(13, LARGE);
        try (ExecutorService publisher = Executors.newSingleThreadExecutor()) {
            for (int number = 0; number < NUMBERS / 4; number++) {
                BlobName name = name("packs/" + number);
                Future<Creation> publishing = publisher.submit(() -> published(name, content));
                while (!publishing.isDone()) {
                    assertThat(store().read(name, LARGE).orElse(content)).isEqualTo(content);
                }
                publishing.get();
                assertThat(store().read(name, LARGE)).contains(content);
            }
        }
    }

    @Test
    default void whatIsNotPublishedIsSeenByNobody() {
        Upload upload = store().begin("a");
        upload.write(ByteBuffer.wrap(random(14, 2 * LARGE)));
        assertThat(store().list("")).isEmpty();
        assertThat(store().list("packs")).isEmpty();

        upload.close();

        assertThat(store().list("")).isEmpty();
        assertThat(store().list("packs")).isEmpty();
        assertThat(store().createOwn(name("packs/a"), random(15, 10))).isTrue();
    }

    @Test
    default void anUploadThatHasEndedIsUnusable() {
        Upload published = store().begin("a");
        published.publish(name("packs/published"));
        Upload taken = store().begin("a");
        taken.publish(name("packs/published"));
        Upload closed = store().begin("a");
        closed.close();
        closed.close();

        for (Upload ended : List.of(published, taken, closed)) {
            assertThatThrownBy(() -> ended.write(ByteBuffer.allocate(1))).isInstanceOf(SessionUnusable.class);
            assertThatThrownBy(() -> ended.publish(name("packs/late"))).isInstanceOf(SessionUnusable.class);
            ended.close();
        }
        assertThat(store().read(name("packs/late"), 1)).isEmpty();
        assertThat(store().read(name("packs/published"), 1)).contains(new byte[0]);
    }

    @Test
    default void twoUploadsOfOneOwnerDoNotMeet() {
        byte[] one = random(16, LARGE);
        byte[] other = random(17, LARGE);
        try (Upload first = store().begin("a");
                Upload second = store().begin("a")) {
            for (int at = 0; at < LARGE; at += 1 << 16) {
                int length = Math.min(1 << 16, LARGE - at);
                first.write(ByteBuffer.wrap(one, at, length));
                second.write(ByteBuffer.wrap(other, at, length));
            }
            assertThat(isPublished(second, name("packs/second"), other)).isTrue();
            assertThat(isPublished(first, name("packs/first"), one)).isTrue();
        }

        assertThat(store().read(name("packs/first"), LARGE)).contains(one);
        assertThat(store().read(name("packs/second"), LARGE)).contains(other);
    }

    @Test
    default void whatIsDiscardedIsOfThatOwnerAndNeverGetsAName() {
        byte[] content = random(18, LARGE);
        try (Upload dead = store().begin("a");
                Upload longer = store().begin("a-b");
                Upload shorter = store().begin("b")) {
            List.of(dead, longer, shorter).forEach(each -> each.write(ByteBuffer.wrap(content)));
            store().createOwn(name("a"), content);

            store().discard("a");
            store().discard("nobody");

            assertThatThrownBy(() -> dead.publish(name("packs/dead"))).isInstanceOf(RepositoryUnavailable.class);
            assertThat(isPublished(longer, name("packs/longer"), content)).isTrue();
            assertThat(isPublished(shorter, name("packs/shorter"), content)).isTrue();
        }
        assertThat(store().read(name("packs/dead"), LARGE)).isEmpty();
        assertThat(store().read(name("packs/longer"), LARGE)).contains(content);
        assertThat(store().read(name("packs/shorter"), LARGE)).contains(content);
        assertThat(store().read(name("a"), LARGE)).contains(content);
    }
}
