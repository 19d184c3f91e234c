package io.tidemark.agent.repository.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.agent.repository.RepositoryException.DamagedException;
import io.tidemark.agent.repository.blob.BlobStore.Creation;
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

    @Test
    default void aListingNamesNothingThatNeverWasAndIsSorted() {
        for (String each : List.of("packs/b", "packs/a", "packs/sub/c", "log/1")) {
            store().createOwn(name(each), random(9, 10));
        }

        assertThat(store().list("packs"))
                .isSubsetOf(name("packs/a"), name("packs/b"))
                .isSortedAccordingTo(Comparator.comparing(BlobName::text));
    }
}
