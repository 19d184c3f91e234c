package io.tidemark.agent.repository;

import static io.tidemark.agent.repository.TestPoints.DISK;
import static io.tidemark.agent.repository.TestPoints.full;
import static io.tidemark.agent.repository.TestPoints.key;
import static io.tidemark.agent.repository.TestPoints.randomDisk;
import static io.tidemark.agent.repository.TestPoints.request;
import static io.tidemark.agent.repository.TestPoints.sealed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.agent.repository.RepositoryException.DamagedException;
import io.tidemark.agent.repository.blob.MemoryBlobs;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is foretold is what a collection then does.
class FreeableTest {
    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-01-02T03:04:05Z"));
    private final MemoryBlobs blobs = new MemoryBlobs();
    private final BlobRepository repository;

    FreeableTest(@TempDir Path folder) {
        repository = TestRepositories.over(blobs, folder, now::get);
        repository.create();
    }

    @Test
    void whatIsForetoldOfAPruneIsWhatACollectionFreesAfterIt() {
        byte[] disk = randomDisk(1);
        full(repository, 1, disk);
        disk[5] ^= 1;
        try (WriteSession second = sealed(repository, request(2, 1L), disk)) {
            second.commit();
        }
        full(repository, 3, randomDisk(3));
        Freeable first = Freeable.without(repository, Set.of(key(1)));
        Freeable both = Freeable.without(repository, Set.of(key(1), key(3)));

        repository.remove(key(1));
        Freeable foretold = Freeable.in(repository);
        long freed = repository.collect();

        assertThat(first).isEqualTo(foretold);
        assertThat(freed).isEqualTo(first.bytes()).isPositive();
        assertThat(both.bytes()).isGreaterThan(first.bytes());
        assertThat(Freeable.in(repository)).isEqualTo(new Freeable(0, 0));
    }

    @Test
    void toForetellChangesNothing() {
        full(repository, 1, randomDisk(1));
        Map<String, byte[]> before = Map.copyOf(blobs.objects);

        Freeable all = Freeable.without(repository, Set.of(key(1)));

        assertThat(all.packs()).isPositive();
        assertThat(blobs.objects).isEqualTo(before);
        assertThat(repository.points(TestPoints.VM)).hasSize(1);
    }

    @Test
    void whatSomebodyReadsIsNotFree() {
        full(repository, 1, randomDisk(1));
        DiskReader reader = repository.openDisk(key(1), DISK);

        assertThat(Freeable.without(repository, Set.of(key(1))).bytes()).isZero();

        reader.close();
        assertThat(Freeable.without(repository, Set.of(key(1))).bytes()).isPositive();
    }

    @Test
    void whatTheDeadHaveWrittenIsFree() {
        try (WriteSession _ = sealed(repository, request(1, null), randomDisk(1))) {
            assertThat(Freeable.in(repository).bytes()).isZero();
            now.updateAndGet(instant -> instant.plus(Duration.ofDays(8)));

            Freeable foretold = Freeable.in(repository);

            assertThat(foretold.bytes()).isPositive().isEqualTo(repository.collect());
        }
    }

    @Test
    void whereANodeIsDamagedNothingIsForetold() {
        full(repository, 1, randomDisk(1));
        full(repository, 2, randomDisk(2));
        // the nodes are small, the chunks large
        blobs.objects.replaceAll((name, content) -> name.startsWith("packs/") && content.length < 2000
                ? Arrays.copyOf(content, content.length - 1)
                : content);

        assertThatThrownBy(() -> Freeable.without(repository, Set.of(key(1)))).isInstanceOf(DamagedException.class);
    }
}
