package io.tidemark.agent.repository;

import static io.tidemark.agent.repository.TestPoints.DISK;
import static io.tidemark.agent.repository.TestPoints.VM;
import static io.tidemark.agent.repository.TestPoints.full;
import static io.tidemark.agent.repository.TestPoints.key;
import static io.tidemark.agent.repository.TestPoints.point;
import static io.tidemark.agent.repository.TestPoints.randomDisk;
import static io.tidemark.agent.repository.TestPoints.readWhole;
import static io.tidemark.agent.repository.TestPoints.request;
import static io.tidemark.agent.repository.TestPoints.sealed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.agent.repository.blob.MemoryBlobs;
import io.tidemark.agent.repository.log.LogRecord.RepackOpened;
import io.tidemark.agent.repository.log.RepackRules;
import io.tidemark.agent.repository.pack.PackNames;
import io.tidemark.schemas.id.VmId;
import io.tidemark.schemas.vocabulary.Level;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a repack moves, and what it leaves where it is.
class RepackTest {
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
    private static final VmId OTHER = new VmId(new UUID(1, 2));

    private final MemoryBlobs blobs = new MemoryBlobs();
    private final BlobRepository repository;
    private final byte[] first = randomDisk(1);
    private final byte[] second = randomDisk(2);
    private final byte[] third;
    private final List<Long> told = new ArrayList<>();

    RepackTest(@TempDir Path folder) {
        repository = TestRepositories.over(blobs, folder, InstantSource.fixed(NOW));
        repository.create();
        // all but two chunks are others than in the first: one that packs well, and this one
        System.arraycopy(first, 5 * Chunks.SIZE_BYTES, second, 5 * Chunks.SIZE_BYTES, Chunks.SIZE_BYTES);
        third = second.clone();
        third[0] ^= 1;
    }

    /// Two points need a fifth of the pack of one that is gone.
    private void write() {
        full(repository, 1, first);
        increment(2, 1, second);
        increment(3, 2, third);
        repository.remove(key(1));
        repository.collect();
    }

    private void increment(long number, long parent, byte[] disk) {
        try (WriteSession session = sealed(repository, request(number, parent), disk)) {
            session.commit();
        }
    }

    private Repack.Result repack() {
        return Repack.of(repository).run((done, total) -> {
            assertThat(done).isLessThanOrEqualTo(total);
            told.add(done);
        });
    }

    private void assertWhole() {
        assertThat(readWhole(repository, 2)).isEqualTo(second);
        assertThat(readWhole(repository, 3)).isEqualTo(third);
        assertThat(Verification.of(repository).run((_, _) -> {}).findings()).isEmpty();
    }

    private long packBytes() {
        return blobs.objects.entrySet().stream()
                .filter(each -> each.getKey().startsWith("packs/"))
                .mapToLong(each -> each.getValue().length)
                .sum();
    }

    @Test
    void whatIsLeftOfAMostlyDeadPackIsMovedAndTheRestIsFreed() {
        write();
        long before = packBytes();
        Repack.Plan plan = Repack.of(repository).plan();

        Repack.Result result = repack();
        assertWhole();
        Freeable foretold = Freeable.in(repository);
        long freed = repository.collect();

        assertThat(plan.packs()).isEqualTo(1);
        assertThat(result.points()).isEqualTo(2);
        assertThat(result.leftOut()).isEmpty();
        assertThat(result.movedBytes()).isBetween(plan.liveBytes(), plan.liveBytes() + 10_000);
        assertThat(told).last().isEqualTo(plan.liveBytes());
        assertThat(freed).isEqualTo(foretold.bytes()).isGreaterThan(8 * Chunks.SIZE_BYTES);
        assertThat(packBytes()).isEqualTo(before + result.movedBytes() - freed);
        assertThat(Space.of(repository).unreachedBytes()).isZero();
        assertWhole();
    }

    @Test
    void aSecondRepackMovesNothingAndSaysNothing() {
        write();
        repack();
        Map<String, byte[]> once = Map.copyOf(blobs.objects);
        assertThat(repack()).isEqualTo(new Repack.Result(0, 0, List.of()));
        assertThat(blobs.objects).isEqualTo(once);
        repository.collect();
        Map<String, byte[]> before = Map.copyOf(blobs.objects);

        assertThat(repack()).isEqualTo(new Repack.Result(0, 0, List.of()));

        assertThat(blobs.objects).isEqualTo(before);
    }

    @Test
    void aPackOfWhichPointsNeedMoreStays() {
        write();

        assertThat(Repack.of(repository).deadPercent(90).run((_, _) -> {}))
                .isEqualTo(new Repack.Result(0, 0, List.of()));
        assertThatThrownBy(() -> Repack.of(repository).deadPercent(0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aPlanChangesNothing() {
        write();
        Map<String, byte[]> before = Map.copyOf(blobs.objects);

        assertThat(Repack.of(repository).plan().deadBytes()).isPositive();

        assertThat(blobs.objects).isEqualTo(before);
    }

    @Test
    void anIncrementOfARepackedPointTakesOverFromWhereItLies() {
        write();
        repack();
        repository.collect();
        var disk = new DiskDescription(DISK, "vda", TestPoints.SIZE_BYTES, Level.INCREMENTAL, null, "image-1");
        WriteRequest whole = request(4, 3L);
        var increment = new WriteRequest(
                whole.vm(), whole.tracker(), whole.parent(), whole.attempt(), whole.point(), List.of(disk));
        try (WriteSession session = repository.openWrite(increment)) {
            session.keep(DISK, new ChunkRange(0, TestPoints.CHUNKS));
            session.seal(TestPoints.DESCRIPTION);
            session.commit();
        }
        repository.remove(key(2));
        repository.remove(key(3));
        repository.collect();

        assertThat(readWhole(repository, 4)).isEqualTo(third);
        assertThat(Verification.of(repository).run((_, _) -> {}).findings()).isEmpty();
    }

    @Test
    void aVmThatSomebodyWritesOrReadsIsLeftForTheNextTime() {
        write();
        try (WriteSession _ = repository.openWrite(request(4, 3L))) {
            assertThat(repack().leftOut()).singleElement().asString().contains(VM.toString());
        }
        try (DiskReader _ = repository.openDisk(key(2), DISK)) {
            assertThat(repack().points()).isZero();
        }
        assertThat(repack().points()).isEqualTo(2);
        assertWhole();
    }

    /// Who comes when all is copied ends the repack at its record.
    @Test
    void aReaderThatComesMeanwhileIsNotDisturbed() {
        write();
        List<DiskReader> readers = new ArrayList<>();
        Repack.Result result = Repack.of(repository).run((_, _) -> {
            if (readers.isEmpty()) {
                readers.add(repository.openDisk(key(2), DISK));
            }
        });
        assertThat(result.points()).isZero();
        assertThat(result.leftOut()).hasSize(1);
        repository.remove(key(2));
        repository.collect();

        try (DiskReader reader = readers.getFirst()) {
            assertThat(reader.read(0, TestPoints.SIZE_BYTES)).isEqualTo(second);
        }
    }

    @Test
    void whatOneThatDiedHasMadeIsCollectedOnceAnotherBegins() {
        write();
        var dead = new SessionId(new UUID(9, 9));
        var log = repository.parts().log(VM);
        assertThat(log.append(_ -> Optional.of(new RepackOpened(dead, NOW)))).isPresent();

        assertThat(repack().points()).isEqualTo(2);

        assertThat(RepackRules.openRepacks(log.read())).isEmpty();
        assertThat(log.read().isClosed(dead)).isTrue();
    }

    @Test
    void aPointThatIsPrunedMeanwhileIsLeftOut() {
        write();
        Repack.Result result = Repack.of(repository).run((_, _) -> repository.remove(key(2)));

        assertThat(result.points()).isEqualTo(1);
        assertThat(result.leftOut()).isEmpty();
        repository.collect();
        assertThat(repository.points(VM)).extracting(each -> each.key().point()).containsExactly(point(3));
        assertThat(readWhole(repository, 3)).isEqualTo(third);
    }

    @Test
    void whatPointsOfSeveralVmsReachStays() {
        write();
        WriteRequest whole = request(4, null);
        var clone = new WriteRequest(OTHER, whole.tracker(), null, whole.attempt(), whole.point(), whole.disks());
        try (WriteSession session = sealed(repository, clone, second)) {
            session.commit();
        }

        assertThat(repack()).isEqualTo(new Repack.Result(0, 0, List.of()));
    }

    @Test
    void whatIsInQuarantineStaysAndIsTold() {
        write();
        PackId pack = mostlyDead();
        Quarantine.of(repository).add(pack, "somebody", "a doubt");

        Repack.Result result = repack();

        assertThat(result.points()).isZero();
        assertThat(result.leftOut()).containsExactly("pack " + pack + " is in quarantine");
    }

    private PackId mostlyDead() {
        return new MostlyDeadPacks(repository.parts(), new Repack.Worth(80, 0), new ArrayList<>())
                .find()
                .getOrDefault(VM, List.of())
                .getFirst()
                .pack();
    }

    @Test
    void damageIsToldAndNotCopied() {
        write();
        PackId pack = mostlyDead();
        byte[] bytes =
                Objects.requireNonNull(blobs.objects.get(PackNames.of(pack).text()));
        // the fifth chunk: behind the magic, four as they are, and one that is packed
        bytes[4 * Chunks.SIZE_BYTES + 8000] ^= 1;

        Repack.Result result = repack();

        assertThat(result.points()).isZero();
        assertThat(result.leftOut()).singleElement().asString().contains(pack.toString());
        assertThat(repository.collect()).isLessThan(Chunks.SIZE_BYTES);
        assertThat(blobs.objects).containsKey(PackNames.of(pack).text());
    }
}
