package io.tidemark.agent.repository;

import static io.tidemark.agent.repository.TestPoints.DISK;
import static io.tidemark.agent.repository.TestPoints.SIZE_BYTES;
import static io.tidemark.agent.repository.TestPoints.VM;
import static io.tidemark.agent.repository.TestPoints.attempt;
import static io.tidemark.agent.repository.TestPoints.full;
import static io.tidemark.agent.repository.TestPoints.key;
import static io.tidemark.agent.repository.TestPoints.point;
import static io.tidemark.agent.repository.TestPoints.readWhole;
import static io.tidemark.agent.repository.TestPoints.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.agent.repository.blob.MemoryFolders;
import io.tidemark.agent.repository.blob.StepGate;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Ends the work before each step that changes a folder, as a death of the process does, and then with a loss of
/// the power, in some ways each; opens the repository again, and looks at what exists. What was told to be is
/// there.
class RepositoryCrashTest {
    private static final Path ROOT = Path.of("/repository");
    private static final int STEPS_MAX = 500;
    private static final int LOSSES_A_STEP = 6;
    private static final byte[] FIRST = randomDisk(1);
    private static final byte[] SECOND = randomDisk(2);
    private static final byte[] MOSTLY_SECOND = withChunkOfFirst(SECOND, 5);
    private static final byte[] THIRD = withChunkOfFirst(MOSTLY_SECOND, 7);

    private final Path work;

    RepositoryCrashTest(@TempDir Path work) {
        this.work = work;
    }

    private Repository over(MemoryFolders folders, StepGate gate) {
        return TestRepositories.over(folders.blobs(gate), work, InstantSource.system());
    }

    private MemoryFolders withFirst() {
        MemoryFolders folders = new MemoryFolders(ROOT);
        Repository repository = over(folders, StepGate.OPEN);
        repository.create();
        full(repository, 1, FIRST);
        return folders;
    }

    @Test
    void anIncrementThatEndsAtAnyStepExistsWholeOrNotAtAll() {
        boolean hasEnded = false;
        for (int step = 1; !hasEnded; step++) {
            assertThat(step).isLessThan(STEPS_MAX);
            MemoryFolders folders = withFirst();
            AtomicBoolean isTold = new AtomicBoolean();
            hasEnded = endsWithin(folders, step, repository -> {
                writeSecond(repository);
                isTold.set(true);
            });
            for (int seed = 0; seed < LOSSES_A_STEP; seed++) {
                assertSecondIsWholeOrAbsent(folders.lost(seed), step, isTold.get());
            }
            assertSecondIsWholeOrAbsent(folders, step, isTold.get());
        }
    }

    private void assertSecondIsWholeOrAbsent(MemoryFolders folders, int step, boolean isTold) {
        Repository after = over(folders, StepGate.OPEN);
        after.closeAttempt(VM, attempt(2));
        assertThat(readWhole(after, 1)).as("step %d", step).isEqualTo(FIRST);
        boolean isCommitted = after.committed(VM, attempt(2)).isPresent();
        assertThat(isCommitted || !isTold)
                .as("step %d: what was told is there", step)
                .isTrue();
        assertThat(after.points(VM)).hasSize(isCommitted ? 2 : 1);
        after.collect();
        if (isCommitted) {
            assertThat(readWhole(after, 2)).as("step %d", step).isEqualTo(SECOND);
        }
        full(after, 3, SECOND);
        assertThat(readWhole(after, 3)).isEqualTo(SECOND);
    }

    @Test
    void aRemovalThatEndsAtAnyStepLeavesTheOtherPointsWhole() {
        boolean hasEnded = false;
        for (int step = 1; !hasEnded; step++) {
            assertThat(step).isLessThan(STEPS_MAX);
            MemoryFolders folders = withFirst();
            writeSecond(over(folders, StepGate.OPEN));
            AtomicBoolean isTold = new AtomicBoolean();
            hasEnded = endsWithin(folders, step, repository -> {
                repository.remove(key(1));
                isTold.set(true);
                repository.collect();
            });
            for (int seed = 0; seed < LOSSES_A_STEP; seed++) {
                assertFirstGoes(folders.lost(seed), step, isTold.get());
            }
            assertFirstGoes(folders, step, isTold.get());
        }
    }

    /// Two points that need one chunk of a pack whose other ones nobody needs.
    private MemoryFolders withMostlyDead() {
        MemoryFolders folders = withFirst();
        Repository repository = over(folders, StepGate.OPEN);
        write(repository, 2, MOSTLY_SECOND);
        write(repository, 3, THIRD);
        repository.remove(key(1));
        repository.collect();
        return folders;
    }

    @Test
    void aRepackThatEndsAtAnyStepLosesNothing() {
        boolean hasEnded = false;
        for (int step = 1; !hasEnded; step++) {
            assertThat(step).isLessThan(STEPS_MAX);
            MemoryFolders folders = withMostlyDead();
            AtomicBoolean isTold = new AtomicBoolean();
            hasEnded = endsWithin(folders, step, repository -> {
                assertThat(repack(repository).points()).isEqualTo(2);
                isTold.set(true);
                repository.collect();
            });
            for (int seed = 0; seed < LOSSES_A_STEP / 2; seed++) {
                assertRepackedOrNot(folders.lost(seed), step, isTold.get());
            }
            assertRepackedOrNot(folders, step, isTold.get());
        }
    }

    private static Repack.Result repack(Repository repository) {
        return Repack.of((BlobRepository) repository).run((_, _) -> {});
    }

    private void assertRepackedOrNot(MemoryFolders folders, int step, boolean isTold) {
        Repository after = over(folders, StepGate.OPEN);
        assertMostlySecondAndThird(after, step);
        assertThat(repack(after).points())
                .as("step %d: what was told is there", step)
                .isBetween(0, isTold ? 0 : 2);
        after.collect();
        assertMostlySecondAndThird(after, step);
        assertThat(Space.of((BlobRepository) after).unreachedBytes()).isZero();
        write(after, 4, SECOND);
        assertThat(readWhole(after, 4)).isEqualTo(SECOND);
    }

    private static void assertMostlySecondAndThird(Repository repository, int step) {
        assertThat(repository.points(VM)).hasSize(2);
        assertThat(readWhole(repository, 2)).as("step %d", step).isEqualTo(MOSTLY_SECOND);
        assertThat(readWhole(repository, 3)).as("step %d", step).isEqualTo(THIRD);
    }

    /// Who removes dies when his record can be seen and is not forced yet; another collects by it; the power goes.
    @Test
    void aCollectionDeletesByWhatLastsOnly() {
        boolean hasEnded = false;
        for (int step = 1; !hasEnded; step++) {
            MemoryFolders folders = withFirst();
            hasEnded = endsWithin(folders, step, repository -> repository.remove(key(1)));
            over(folders, StepGate.OPEN).collect();
            for (int seed = 0; seed < LOSSES_A_STEP; seed++) {
                Repository after = over(folders.lost(seed), StepGate.OPEN);
                if (!after.points(VM).isEmpty()) {
                    assertThat(readWhole(after, 1)).as("step %d", step).isEqualTo(FIRST);
                }
            }
        }
    }

    private void assertFirstGoes(MemoryFolders folders, int step, boolean isTold) {
        Repository after = over(folders, StepGate.OPEN);
        assertThat(readWhole(after, 2)).as("step %d", step).isEqualTo(SECOND);
        if (after.points(VM).size() == 2) {
            assertThat(isTold).as("step %d: what was told is there", step).isFalse();
            assertThat(readWhole(after, 1)).as("step %d", step).isEqualTo(FIRST);
        }
        after.remove(key(1));
        after.collect();
        assertThat(after.points(VM)).extracting(each -> each.key().point()).containsExactly(point(2));
        assertThat(readWhole(after, 2)).isEqualTo(SECOND);
    }

    /// Does the work with a process that dies before its step number `step`; true if the work ended before that.
    private boolean endsWithin(MemoryFolders folders, int step, Consumer<Repository> work) {
        AtomicInteger steps = new AtomicInteger();
        AtomicBoolean isOpen = new AtomicBoolean();
        Repository dying = over(folders, _ -> {
            if (isOpen.get() && steps.incrementAndGet() >= step) {
                throw new Died();
            }
        });
        isOpen.set(true);
        try {
            work.accept(dying);
            return true;
        } catch (Died _) {
            return false;
        }
    }

    private static void writeSecond(Repository repository) {
        write(repository, 2, SECOND);
    }

    /// Continues the point before.
    private static void write(Repository repository, long number, byte[] disk) {
        WriteSession session = repository.openWrite(request(number, number - 1));
        for (long index = 0; index < TestPoints.CHUNKS; index++) {
            session.putChunk(DISK, index, ByteBuffer.wrap(TestPoints.chunk(disk, index)));
        }
        session.seal(TestPoints.DESCRIPTION);
        session.commit();
    }

    private static byte[] randomDisk(long seed) {
        byte[] disk = new byte[SIZE_BYTES];
        new Random(seed).nextBytes(disk);
        return disk;
    }

    private static byte[] withChunkOfFirst(byte[] disk, int chunk) {
        byte[] changed = disk.clone();
        int at = chunk * Chunks.SIZE_BYTES;
        System.arraycopy(FIRST, at, changed, at, Chunks.SIZE_BYTES);
        return changed;
    }

    private static final class Died extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }
}
