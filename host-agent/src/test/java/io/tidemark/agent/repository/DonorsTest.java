package io.tidemark.agent.repository;

import static io.tidemark.agent.repository.TestPoints.DESCRIPTION;
import static io.tidemark.agent.repository.TestPoints.DISK;
import static io.tidemark.agent.repository.TestPoints.SIZE_BYTES;
import static io.tidemark.agent.repository.TestPoints.TRACKER;
import static io.tidemark.agent.repository.TestPoints.full;
import static io.tidemark.agent.repository.TestPoints.key;
import static io.tidemark.agent.repository.TestPoints.randomDisk;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.agent.repository.RepositoryException.CollectedMeanwhile;
import io.tidemark.agent.repository.blob.BlobName;
import io.tidemark.agent.repository.blob.MemoryBlobs;
import io.tidemark.schemas.id.Attempt;
import io.tidemark.schemas.id.RestorePointId;
import io.tidemark.schemas.id.VmId;
import io.tidemark.schemas.vocabulary.Level;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A clone takes over from the VM that it was cloned from, a full from its own VM, and what they count on is
/// proved.
class DonorsTest {
    private static final VmId CLONE = new VmId(new UUID(1, 2));
    /// As many looks as donors are tried with.
    private static final int TRIAL_CHUNKS = 512;

    private final MemoryBlobs blobs = new MemoryBlobs();
    private final BlobRepository repository;
    private final byte[] disk = randomDisk(1);

    DonorsTest(@TempDir Path folder) {
        repository = TestRepositories.over(blobs, folder, InstantSource.system());
        repository.create();
        full(repository, 1, disk);
    }

    private static RestorePointId point(long number) {
        return new RestorePointId(new UUID(4, number));
    }

    private WriteSession cloned(long number, byte[] content) {
        return written(repository, request(CLONE, null, number), content);
    }

    /// A full of the VM that has the first point already.
    private WriteSession again(long number, byte[] content) {
        return written(repository, request(TestPoints.VM, null, number), content);
    }

    private static WriteRequest request(VmId vm, @Nullable RestorePointId parent, long number) {
        return request(vm, parent, number, false);
    }

    private static WriteRequest request(VmId vm, @Nullable RestorePointId parent, long number, boolean isIndependent) {
        var described = new DiskDescription(DISK, "vda", SIZE_BYTES, Level.FULL, null, "image-2");
        return new WriteRequest(
                vm, TRACKER, parent, new Attempt(1, number), point(number), List.of(described), isIndependent);
    }

    private static WriteSession written(Repository repository, WriteRequest request, byte[] content) {
        WriteSession session = repository.openWrite(request);
        for (long index = 0; index < TestPoints.CHUNKS; index++) {
            session.putChunk(DISK, index, ByteBuffer.wrap(TestPoints.chunk(content, index)));
        }
        session.seal(DESCRIPTION);
        return session;
    }

    private byte[] readClone(long number) {
        try (DiskReader reader = repository.openDisk(new PointKey(CLONE, point(number)), DISK)) {
            return reader.read(0, SIZE_BYTES);
        }
    }

    private Set<String> packs() {
        return blobs.objects.keySet().stream()
                .filter(name -> name.startsWith("packs/"))
                .collect(Collectors.toSet());
    }

    @Test
    void aCloneStoresWhatDiffersAndOutlivesItsOrigin() {
        byte[] content = disk.clone();
        content[4 * Chunks.SIZE_BYTES] ^= 1;
        try (WriteSession session = cloned(2, content)) {
            assertThat(session.commit().newBytes()).isEqualTo(Chunks.SIZE_BYTES);
        }
        repository.remove(key(1));
        repository.collect();
        repository.collect();

        assertThat(readClone(2)).isEqualTo(content);
    }

    @Test
    void afterAFenceTheProofsAreMadeAgainAndTheCommitGoesOn() {
        full(repository, 3, randomDisk(3));
        try (WriteSession session = cloned(4, randomDisk(3))) {
            repository.remove(key(1));
            assertThat(repository.collect())
                    .as("fences the clone, and leaves what it counts on")
                    .isPositive();
            assertThat(session.commit().newBytes()).isZero();
        }
        assertThat(readClone(4)).isEqualTo(randomDisk(3));
        assertThat(repository.collect())
                .as("all sessions of the clone are closed")
                .isZero();
    }

    @Test
    void aCloneWhoseProofIsGoneAfterAFenceDoesNotCommit() {
        try (WriteSession session = cloned(2, disk)) {
            repository.remove(key(1));
            assertThat(repository.collect()).isPositive();

            assertThatThrownBy(session::commit)
                    .isInstanceOf(CollectedMeanwhile.class)
                    .hasMessageContaining("found one collected");
        }
        assertThat(repository.points(CLONE)).isEmpty();
    }

    @Test
    void whatACollectionHasBuriedIsNotTakenOverUntilItHasEndedWithoutDeletingIt() {
        SessionId collection = new SessionId(new UUID(9, 9));
        Registry registry = repository.parts().registry;
        registry.begin(collection);
        Set<String> packs = packs();
        packs.forEach(pack -> blobs.createOwn(tombstone(collection, pack), new byte[0]));
        try (WriteSession session = cloned(2, disk)) {
            assertThat(session.commit().newBytes()).isEqualTo(SIZE_BYTES);
        }
        repository.remove(new PointKey(CLONE, point(2)));
        packs.forEach(pack -> blobs.delete(tombstone(collection, pack)));
        registry.end(collection);

        try (WriteSession session = cloned(3, disk)) {
            assertThat(session.commit().newBytes()).isZero();
        }
    }

    private static BlobName tombstone(SessionId collection, String pack) {
        return new BlobName("tombstones/" + collection + pack.substring(pack.lastIndexOf('/')));
    }

    @Test
    void hostsThatDoNotTrustOneAnotherTakeNothingOver(@TempDir Path folder) {
        Repository alone = TestRepositories.folder(folder);
        alone.create();
        full(alone, 1, disk);
        try (WriteSession session = written(alone, request(CLONE, null, 2), disk)) {
            assertThat(session.commit().newBytes()).isEqualTo(SIZE_BYTES);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aFullStoresWhatDiffersFromTheNewestPointOfItsVmUnlessItIsIndependent(
            boolean isIndependent, @TempDir Path folder) {
        Repository alone = TestRepositories.folder(folder);
        alone.create();
        full(alone, 1, disk);
        byte[] content = disk.clone();
        content[4 * Chunks.SIZE_BYTES] ^= 1;
        WriteRequest request = request(TestPoints.VM, null, 2, isIndependent);
        try (WriteSession session = written(alone, request, content)) {
            assertThat(session.commit().newBytes()).isEqualTo(isIndependent ? SIZE_BYTES : Chunks.SIZE_BYTES);
        }
        alone.remove(key(1));
        alone.collect();
        alone.collect();

        try (DiskReader reader = alone.openDisk(new PointKey(TestPoints.VM, point(2)), DISK)) {
            assertThat(reader.read(0, SIZE_BYTES)).isEqualTo(content);
        }
    }

    /// As a differential does, whose parent is the full before the last point.
    @Test
    void whatTheNewestPointHasIsNotStoredAgainThoughTheParentIsAnother() {
        byte[] content = disk.clone();
        content[4 * Chunks.SIZE_BYTES] ^= 1;
        increment(2, content);
        content[6 * Chunks.SIZE_BYTES] ^= 1;

        assertThat(increment(3, content).newBytes()).isEqualTo(Chunks.SIZE_BYTES);
        repository.remove(new PointKey(TestPoints.VM, point(2)));
        repository.collect();
        repository.collect();
        try (DiskReader reader = repository.openDisk(new PointKey(TestPoints.VM, point(3)), DISK)) {
            assertThat(reader.read(0, SIZE_BYTES)).isEqualTo(content);
        }
    }

    /// Puts all chunks, and has the first point for its parent.
    private CommitReceipt increment(long number, byte[] content) {
        WriteRequest request = request(TestPoints.VM, key(1).point(), number);
        try (WriteSession session = written(repository, request, content)) {
            return session.commit();
        }
    }

    @Test
    void aFullWhoseVmsOwnPointIsCollectedMeanwhileDoesNotCommit() {
        try (WriteSession session = again(2, disk)) {
            repository.remove(key(1));
            assertThat(repository.collect()).isPositive();

            assertThatThrownBy(session::commit)
                    .isInstanceOf(CollectedMeanwhile.class)
                    .hasMessageContaining("found one collected");
        }
        try (WriteSession session = again(3, disk)) {
            assertThat(session.commit().newBytes())
                    .as("nothing is left to compare with")
                    .isEqualTo(SIZE_BYTES);
        }
    }

    /// Others of the same size have what the disk has in all that is tried, and the own point nothing of it.
    @Test
    void theVmsOwnPointStaysFirstAfterTheTrialWhateverItHad() {
        byte[] others = randomDisk(2);
        LongStream.rangeClosed(11, 13).forEach(number -> cloned(new VmId(new UUID(1, number)), number, others));
        byte[] own = disk.clone();
        System.arraycopy(others, 4 * Chunks.SIZE_BYTES, own, 4 * Chunks.SIZE_BYTES, Chunks.SIZE_BYTES);
        try (WriteSession session = written(repository, request(TestPoints.VM, TestPoints.point(1), 20), own)) {
            assertThat(session.commit().newBytes())
                    .as("stored beside the others'")
                    .isEqualTo(Chunks.SIZE_BYTES);
        }
        Place ofOwn = find(donors(Donors.Scope.THIS_VM), 4, others);
        Donors donors = donors(Donors.Scope.ALL_VMS);

        LongStream.range(0, TRIAL_CHUNKS)
                .forEach(look -> assertThat(find(donors, 0, others)).isNotNull());

        assertThat(find(donors, 4, others)).isNotNull().isEqualTo(ofOwn);
    }

    private void cloned(VmId vm, long number, byte[] content) {
        try (WriteSession session = written(repository, request(vm, null, number), content)) {
            session.commit();
        }
    }

    private Donors donors(Donors.Scope scope) {
        WriteRequest request = request(TestPoints.VM, null, 30);
        var parts = repository.parts();
        return Donors.of(parts, new Proofs(parts), request, request.disks().getFirst(), scope);
    }

    private @Nullable Place find(Donors donors, long index, byte[] content) {
        Digest id = repository.parts().chunkIds.of(TestPoints.chunk(content, index));
        return donors.find(index, id, Set.of());
    }
}
