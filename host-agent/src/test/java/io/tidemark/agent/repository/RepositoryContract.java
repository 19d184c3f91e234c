package io.tidemark.agent.repository;

import static io.tidemark.agent.repository.TestPoints.CHUNKS;
import static io.tidemark.agent.repository.TestPoints.DESCRIPTION;
import static io.tidemark.agent.repository.TestPoints.DISK;
import static io.tidemark.agent.repository.TestPoints.SIZE_BYTES;
import static io.tidemark.agent.repository.TestPoints.VM;
import static io.tidemark.agent.repository.TestPoints.attempt;
import static io.tidemark.agent.repository.TestPoints.chunk;
import static io.tidemark.agent.repository.TestPoints.full;
import static io.tidemark.agent.repository.TestPoints.key;
import static io.tidemark.agent.repository.TestPoints.point;
import static io.tidemark.agent.repository.TestPoints.randomDisk;
import static io.tidemark.agent.repository.TestPoints.readWhole;
import static io.tidemark.agent.repository.TestPoints.request;
import static io.tidemark.agent.repository.TestPoints.sealed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.agent.repository.RepositoryException.AttemptStale;
import io.tidemark.agent.repository.RepositoryException.NoSuchPoint;
import io.tidemark.agent.repository.RepositoryException.ParentMissing;
import io.tidemark.agent.repository.RepositoryException.PointHeld;
import io.tidemark.agent.repository.RepositoryException.SessionUnusable;
import io.tidemark.schemas.vocabulary.Level;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// What every [Repository] does alike, whatever it is made of and whatever it is wrapped in. Each test begins with
/// an empty one of incarnation 1.
public interface RepositoryContract {
    int ROUNDS = 12;

    Repository repository();

    /// Whole chunks go by their ids, parts of one by what is stored.
    @Test
    default void whatADiskHoldsIsToldFromAllElse() {
        byte[] disk = randomDisk(1);
        Arrays.fill(disk, 2 * Chunks.SIZE_BYTES, 3 * Chunks.SIZE_BYTES, (byte) 0);
        full(repository(), 1, disk);
        Random random = new Random(2);

        try (DiskReader reader = repository().openDisk(key(1), DISK)) {
            assertThat(reader.isContent(0, disk, SIZE_BYTES)).isTrue();
            for (int round = 0; round < 200; round++) {
                int from = random.nextInt(SIZE_BYTES);
                int length = 1 + random.nextInt(SIZE_BYTES - from);
                byte[] part = Arrays.copyOfRange(disk, from, from + length);
                assertThat(reader.isContent(from, part, length)).isTrue();
                part[random.nextInt(length)] ^= (byte) (1 << random.nextInt(8));
                assertThat(reader.isContent(from, part, length)).isFalse();
            }
            assertThatThrownBy(() -> reader.isContent(1, disk, SIZE_BYTES))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    default void aFullPointIsReadBackAtAnyOffset() {
        byte[] disk = randomDisk(1);
        CommitReceipt receipt = full(repository(), 1, disk);
        assertThat(receipt.newBytes()).isEqualTo(SIZE_BYTES);
        assertThat(repository().points(VM)).singleElement().satisfies(found -> {
            assertThat(found.receipt()).isEqualTo(receipt);
            assertThat(found.description()).isEqualTo(DESCRIPTION);
        });
        try (DiskReader reader = repository().openDisk(key(1), DISK)) {
            assertThat(reader.read(65_000, 140_000)).isEqualTo(Arrays.copyOfRange(disk, 65_000, 205_000));
            assertThat(reader.read(SIZE_BYTES - 5, 5)).isEqualTo(Arrays.copyOfRange(disk, SIZE_BYTES - 5, SIZE_BYTES));
        }
        assertThat(readWhole(repository(), 1)).isEqualTo(disk);
    }

    @Test
    default void theHistoryOfAVmIsItsPointsWithWhatOnlyTheLogSays() {
        CommitReceipt receipt = full(repository(), 1, randomDisk(1));
        full(repository(), 2, randomDisk(2));
        repository().remove(key(2));

        VmHistory history = repository().history(VM);

        assertThat(repository().id()).isPresent();
        assertThat(repository().canOpen()).isTrue();
        assertThat(repository().name()).isNotBlank();
        assertThat(history.newestAttempt()).isEqualTo(attempt(2));
        assertThat(history.points()).singleElement().satisfies(entry -> {
            assertThat(entry.point().receipt()).isEqualTo(receipt);
            assertThat(entry.roots()).hasSize(1);
        });
    }

    @Test
    default void incrementsOfKeptZeroedAndNewChunksReadAsTheDiskWas() {
        Random random = new Random(42);
        byte[][] states = new byte[ROUNDS + 1][];
        states[1] = randomDisk(7);
        full(repository(), 1, states[1]);
        for (int round = 2; round <= ROUNDS; round++) {
            states[round] = states[round - 1].clone();
            increment(random, round, states[round]);
        }
        for (int round = 1; round <= ROUNDS; round++) {
            assertThat(readWhole(repository(), round)).as("point %d", round).isEqualTo(states[round]);
        }
        for (int round = 1; round < ROUNDS; round += 2) {
            repository().remove(key(round));
        }
        for (int round = 2; round <= ROUNDS; round += 2) {
            assertThat(readWhole(repository(), round))
                    .as("point %d after removals", round)
                    .isEqualTo(states[round]);
        }
        assertThat(repository().points(VM)).hasSize(ROUNDS / 2);
    }

    private void increment(Random random, long number, byte[] disk) {
        try (WriteSession session = repository().openWrite(request(number, number - 1))) {
            for (long index = 0; index < CHUNKS; index++) {
                int from = (int) index * Chunks.SIZE_BYTES;
                int to = from + Chunks.lengthBytes(SIZE_BYTES, index);
                switch (random.nextInt(3)) {
                    case 0 -> {
                        Arrays.fill(disk, from, to, (byte) 0);
                        session.putZero(DISK, new ChunkRange(index, 1));
                    }
                    case 1 -> {
                        Arrays.fill(disk, from, to - random.nextInt(500), (byte) random.nextInt());
                        session.putChunk(DISK, index, ByteBuffer.wrap(chunk(disk, index)));
                    }
                    default -> session.keep(DISK, new ChunkRange(index, 1));
                }
            }
            session.seal(DESCRIPTION);
            session.commit();
        }
    }

    @Test
    default void whatIsAsInTheParentIsToldFromWhatIsNot() {
        byte[] disk = randomDisk(1);
        Arrays.fill(disk, 0, Chunks.SIZE_BYTES, (byte) 0);
        full(repository(), 1, disk);
        try (WriteSession session = repository().openWrite(request(2, 1L))) {
            for (long index = 0; index < CHUNKS; index++) {
                byte[] chunk = chunk(disk, index);
                assertThat(session.isAsInParent(DISK, index, ByteBuffer.wrap(chunk)))
                        .isTrue();
                chunk[chunk.length - 1] ^= 1;
                assertThat(session.isAsInParent(DISK, index, ByteBuffer.wrap(chunk)))
                        .isFalse();
            }
        }
        try (WriteSession session = repository().openWrite(request(3, null))) {
            assertThatThrownBy(() -> session.isAsInParent(DISK, 0, ByteBuffer.wrap(chunk(disk, 0))))
                    .isInstanceOf(ParentMissing.class);
        }
    }

    @Test
    default void aHeldPointCannotBeRemovedUntilItsLastHoldIsReleased() {
        full(repository(), 1, randomDisk(1));
        Hold one = repository().hold(key(1), "a court asks for it");
        Hold other = repository().hold(key(1), "so do we");
        repository().release(VM, one.id());
        repository().release(VM, one.id());

        assertThat(repository().holds(VM)).containsExactly(other);
        assertThatThrownBy(() -> repository().remove(key(1)))
                .isInstanceOf(PointHeld.class)
                .hasMessageContaining("so do we");
        assertThat(repository().points(VM)).hasSize(1);
        repository().release(VM, other.id());
        repository().remove(key(1));
        assertThat(repository().points(VM)).isEmpty();
        assertThatThrownBy(() -> repository().hold(key(1), "too late")).isInstanceOf(NoSuchPoint.class);
        assertThatThrownBy(() -> repository().hold(key(1), " ")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    default void zeroChunksAreListedAndStoredNowhere() {
        CommitReceipt receipt = full(repository(), 1, new byte[SIZE_BYTES]);
        assertThat(receipt.storedBytes()).isZero();
        try (DiskReader reader = repository().openDisk(key(1), DISK)) {
            assertThat(reader.zeroRanges()).containsExactly(new ChunkRange(0, CHUNKS));
        }
    }

    @Test
    default void aParentThatIsMissingOrRemovedIsRefused() {
        assertThatThrownBy(() -> repository().openWrite(request(2, 1L))).isInstanceOf(ParentMissing.class);
        full(repository(), 1, randomDisk(1));
        try (WriteSession session = repository().openWrite(request(2, 1L))) {
            session.keep(DISK, new ChunkRange(0, CHUNKS));
            session.seal(DESCRIPTION);
            repository().remove(key(1));
            assertThatThrownBy(session::commit).isInstanceOf(ParentMissing.class);
        }
        assertThat(repository().points(VM)).isEmpty();
    }

    @Test
    default void anAttemptOlderThanOneSeenCannotCommit() {
        try (WriteSession older = sealed(repository(), request(1, null), randomDisk(1))) {
            full(repository(), 2, randomDisk(2));
            assertThatThrownBy(older::commit).isInstanceOf(AttemptStale.class);
            assertThatThrownBy(older::commit).isInstanceOf(SessionUnusable.class);
        }
        assertThat(repository().points(VM))
                .extracting(each -> each.key().point())
                .containsExactly(point(2));
    }

    @Test
    default void aRaisedIncarnationStopsARunningSession() {
        try (WriteSession session = sealed(repository(), request(1, null), randomDisk(1))) {
            repository().raiseIncarnation(2);
            assertThat(repository().incarnation()).isEqualTo(2);
            assertThatThrownBy(session::commit).isInstanceOf(AttemptStale.class);
        }
    }

    @Test
    default void ofTwoSessionsOfOneAttemptThatRaceOneCommits() throws InterruptedException {
        for (long number = 1; number <= ROUNDS; number++) {
            WriteRequest first = request(number, null);
            WriteRequest second = new WriteRequest(
                    first.vm(), first.tracker(), null, first.attempt(), point(1000 + number), first.disks());
            try (WriteSession one = sealed(repository(), first, randomDisk(1));
                    WriteSession two = sealed(repository(), second, randomDisk(2))) {
                List<Thread> threads = Stream.of(one, two)
                        .map(session -> Thread.ofPlatform().start(() -> commitOrRefuse(session)))
                        .toList();
                for (Thread thread : threads) {
                    thread.join();
                }
            }
            assertThat(repository().points(VM)).hasSize((int) number);
        }
    }

    private static void commitOrRefuse(WriteSession session) {
        try {
            session.commit();
        } catch (AttemptStale _) {
            // the other one was first; the count of points is what the test looks at
        }
    }

    @Test
    default void anUnspokenChunkIsAnErrorAndEndsTheSession() {
        try (WriteSession session = repository().openWrite(request(1, null))) {
            session.putZero(DISK, new ChunkRange(1, CHUNKS - 1));
            assertThatThrownBy(() -> session.seal(DESCRIPTION)).hasMessageContaining("found none of it for 0");
            assertThatThrownBy(() -> session.putZero(DISK, new ChunkRange(0, 1)))
                    .isInstanceOf(SessionUnusable.class);
        }
    }

    @Test
    default void chunksInAnyOrderAndMoreThanAreGatheredReadAsTheyWere() {
        int count = 3000;
        long sizeBytes = (long) count * Chunks.SIZE_BYTES;
        var described = new DiskDescription(DISK, "vda", sizeBytes, Level.FULL, null, "image-1");
        var wanted = new WriteRequest(VM, TestPoints.TRACKER, null, attempt(1), point(1), List.of(described));
        List<Integer> order = new ArrayList<>(IntStream.range(0, count).boxed().toList());
        Collections.shuffle(order.subList(count / 2, count), new Random(3));
        try (WriteSession session = repository().openWrite(wanted)) {
            order.forEach(index -> session.putChunk(DISK, index, numbered(index)));
            session.seal(DESCRIPTION);
            session.commit();
        }
        try (DiskReader reader = repository().openDisk(key(1), DISK)) {
            assertThat(IntStream.range(0, count))
                    .allMatch(index -> numbered(index)
                            .equals(ByteBuffer.wrap(reader.read((long) index * Chunks.SIZE_BYTES, Chunks.SIZE_BYTES))));
        }
    }

    private static ByteBuffer numbered(int number) {
        return ByteBuffer.allocate(Chunks.SIZE_BYTES).putInt(100, number + 1);
    }

    @Test
    default void removingTwiceIsHarmlessAndAnUnknownPointIsNamed() {
        full(repository(), 1, randomDisk(1));
        repository().remove(key(1));
        repository().remove(key(1));
        assertThatThrownBy(() -> readWhole(repository(), 1)).isInstanceOf(NoSuchPoint.class);
        assertThatThrownBy(() -> repository().remove(key(9))).isInstanceOf(NoSuchPoint.class);
        assertThat(repository().committed(VM, attempt(1))).isPresent();
    }
}
