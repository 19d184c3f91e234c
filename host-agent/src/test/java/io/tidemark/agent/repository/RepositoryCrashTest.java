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

import io.tidemark.agent.repository.blob.StepGate;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Ends the work before each step that changes a file, opens the repository again, and looks at what exists.
class RepositoryCrashTest {
    private static final int STEPS_MAX = 500;

    private final Path folder;

    RepositoryCrashTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @Test
    void anIncrementThatDiesAtAnyStepExistsWholeOrNotAtAll() {
        byte[] first = randomDisk(1);
        byte[] second = first.clone();
        new Random(2).nextBytes(second);
        boolean hasEnded = false;
        for (int step = 1; !hasEnded; step++) {
            assertThat(step).isLessThan(STEPS_MAX);
            Path root = folder.resolve("write-" + step);
            Repository before = TestRepositories.folder(root);
            before.create();
            full(before, 1, first);
            hasEnded = endsWithin(root, step, repository -> writeSecond(repository, second));
            Repository after = TestRepositories.folder(root);
            after.closeAttempt(VM, attempt(2));
            assertThat(readWhole(after, 1)).as("step %d", step).isEqualTo(first);
            boolean isCommitted = after.committed(VM, attempt(2)).isPresent();
            assertThat(after.points(VM)).hasSize(isCommitted ? 2 : 1);
            if (isCommitted) {
                assertThat(readWhole(after, 2)).as("step %d", step).isEqualTo(second);
            }
            assertThat(!hasEnded || isCommitted).isTrue();
            full(after, 3, second);
            assertThat(readWhole(after, 3)).isEqualTo(second);
        }
    }

    @Test
    void aRemovalThatDiesAtAnyStepLeavesTheOtherPointsWhole() {
        byte[] disk = randomDisk(3);
        boolean hasEnded = false;
        for (int step = 1; !hasEnded; step++) {
            assertThat(step).isLessThan(STEPS_MAX);
            Path root = folder.resolve("remove-" + step);
            Repository before = TestRepositories.folder(root);
            before.create();
            full(before, 1, disk);
            writeSecond(before, randomDisk(4));
            hasEnded = endsWithin(root, step, RepositoryCrashTest::removeFirst);
            Repository after = TestRepositories.folder(root);
            assertThat(readWhole(after, 2)).as("step %d", step).isNotEmpty();
            removeFirst(after);
            assertThat(after.points(VM)).extracting(each -> each.key().point()).containsExactly(point(2));
            assertThat(readWhole(after, 2)).hasSize(SIZE_BYTES);
        }
    }

    private static void removeFirst(Repository repository) {
        repository.remove(key(1));
        repository.collect();
    }

    /// Does the work with a process that dies before its step number `step`; true if the work ended before that.
    private static boolean endsWithin(Path root, int step, Consumer<Repository> work) {
        AtomicInteger steps = new AtomicInteger();
        StepGate dying = _ -> {
            if (steps.incrementAndGet() >= step) {
                throw new Died();
            }
        };
        try {
            work.accept(TestRepositories.folder(root, dying));
            return true;
        } catch (Died _) {
            return false;
        }
    }

    private static void writeSecond(Repository repository, byte[] disk) {
        WriteSession session = repository.openWrite(request(2, 1L));
        for (long index = 0; index < TestPoints.CHUNKS; index++) {
            session.putChunk(DISK, index, ByteBuffer.wrap(TestPoints.chunk(disk, index)));
        }
        session.keep(DISK, new ChunkRange(3, 1));
        session.putChunk(DISK, 3, ByteBuffer.wrap(TestPoints.chunk(disk, 3)));
        session.seal(TestPoints.DESCRIPTION);
        session.commit();
    }

    private static byte[] randomDisk(long seed) {
        byte[] disk = new byte[SIZE_BYTES];
        new Random(seed).nextBytes(disk);
        return disk;
    }

    private static final class Died extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }
}
