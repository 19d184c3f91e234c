package io.tidemark.agent.repository;

import static io.tidemark.agent.repository.TestPoints.DISK;
import static io.tidemark.agent.repository.TestPoints.VM;
import static io.tidemark.agent.repository.TestPoints.attempt;
import static io.tidemark.agent.repository.TestPoints.full;
import static io.tidemark.agent.repository.TestPoints.key;
import static io.tidemark.agent.repository.TestPoints.randomDisk;
import static io.tidemark.agent.repository.TestPoints.readWhole;
import static io.tidemark.agent.repository.TestPoints.request;
import static io.tidemark.agent.repository.TestPoints.sealed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.agent.repository.RepositoryException.AttemptStale;
import io.tidemark.agent.repository.RepositoryException.DamagedException;
import io.tidemark.agent.repository.RepositoryException.NoSuchPoint;
import io.tidemark.agent.repository.blob.MemoryBlobs;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a collection deletes and what it leaves alone.
class CollectionTest {
    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-01-02T03:04:05Z"));
    private final MemoryBlobs blobs = new MemoryBlobs();
    private final Repository repository;

    CollectionTest(@TempDir Path folder) {
        repository = TestRepositories.over(blobs, folder, now::get);
        repository.create();
    }

    private Set<String> packs() {
        return blobs.objects.keySet().stream()
                .filter(name -> name.startsWith("packs/"))
                .collect(Collectors.toUnmodifiableSet());
    }

    private void increment(long number, long parent, byte[] disk) {
        try (WriteSession session = sealed(repository, request(number, parent), disk)) {
            session.commit();
        }
    }

    private static byte[] changed(byte[] disk, int at) {
        byte[] changed = disk.clone();
        changed[at] ^= 1;
        return changed;
    }

    @Test
    void whatNothingNeedsIsDeletedAndCounted() {
        full(repository, 1, randomDisk(1));
        long bytes = blobs.objects.entrySet().stream()
                .filter(each -> each.getKey().startsWith("packs/"))
                .mapToLong(each -> each.getValue().length)
                .sum();
        assertThat(repository.collect()).isZero();
        repository.remove(key(1));

        assertThat(repository.collect()).isEqualTo(bytes);

        assertThat(packs()).isEmpty();
        assertThat(blobs.objects.keySet()).noneMatch(name -> name.startsWith("tombstones/"));
        assertThat(repository.collect()).isZero();
    }

    @Test
    void whatAnotherPointSharesStays() {
        byte[] disk = randomDisk(1);
        full(repository, 1, disk);
        byte[] second = changed(disk, 5);
        increment(2, 1, second);
        Set<String> before = packs();
        repository.remove(key(1));

        repository.collect();

        assertThat(readWhole(repository, 2)).isEqualTo(second);
        assertThat(packs())
                .hasSize(before.size() - 1)
                .as("the old nodes are gone")
                .isSubsetOf(before);
    }

    @Test
    void whatARunningSessionHasWrittenStaysUntilItsAttemptIsClosed() {
        try (WriteSession running = sealed(repository, request(1, null), randomDisk(1))) {
            assertThat(repository.collect()).isZero();
            running.commit();
        }
        assertThat(readWhole(repository, 1)).isEqualTo(randomDisk(1));
        try (WriteSession given = sealed(repository, request(2, null), randomDisk(2))) {
            repository.closeAttempt(VM, attempt(2));
            assertThat(repository.collect()).isPositive();
            assertThatThrownBy(given::commit).isInstanceOf(AttemptStale.class);
        }
        assertThat(readWhole(repository, 1)).isEqualTo(randomDisk(1));
    }

    @Test
    void aPointThatIsReadCanBeRemovedAndStaysReadableToItsReader() {
        byte[] disk = randomDisk(1);
        full(repository, 1, disk);
        try (DiskReader reader = repository.openDisk(key(1), DISK)) {
            repository.remove(key(1));
            assertThat(repository.collect()).isZero();
            assertThat(reader.read(0, disk.length)).isEqualTo(disk);
            assertThatThrownBy(() -> repository.openDisk(key(1), DISK)).isInstanceOf(NoSuchPoint.class);
        }
        assertThat(repository.collect()).isPositive();
        assertThat(packs()).isEmpty();
    }

    @Test
    void aSessionThatNobodyHasClosedForAWeekIsTakenForDead() {
        full(repository, 1, randomDisk(1));
        try (DiskReader lost = repository.openDisk(key(1), DISK);
                WriteSession frozen = sealed(repository, request(2, null), randomDisk(2))) {
            repository.remove(key(1));
            now.updateAndGet(instant -> instant.plus(Duration.ofDays(6)));
            assertThat(repository.collect()).isZero();
            now.updateAndGet(instant -> instant.plus(Duration.ofDays(2)));

            assertThat(repository.collect()).isPositive();

            assertThat(packs()).isEmpty();
            assertThatThrownBy(frozen::commit).isInstanceOf(AttemptStale.class);
            assertThatThrownBy(() -> lost.read(0, 1)).isInstanceOf(DamagedException.class);
        }
    }

    @Test
    void whereANodeIsDamagedNothingIsDeleted(@TempDir Path other) {
        byte[] disk = randomDisk(1);
        full(repository, 1, disk);
        full(repository, 2, randomDisk(2));
        repository.remove(key(2));
        Set<String> before = packs();
        // the nodes of both are small, their chunks large
        blobs.objects.replaceAll((name, content) -> name.startsWith("packs/") && content.length < 2000
                ? Arrays.copyOf(content, content.length - 1)
                : content);

        // a process that has read no node yet
        Repository fresh = TestRepositories.over(blobs, other, now::get);
        assertThatThrownBy(fresh::collect).isInstanceOf(DamagedException.class);

        assertThat(packs()).isEqualTo(before);
    }
}
