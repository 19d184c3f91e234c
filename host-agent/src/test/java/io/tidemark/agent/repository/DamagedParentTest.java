package io.tidemark.agent.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.agent.repository.RepositoryException.DamagedException;
import io.tidemark.agent.repository.blob.MemoryBlobs;
import io.tidemark.schemas.id.Attempt;
import io.tidemark.schemas.id.RestorePointId;
import io.tidemark.schemas.vocabulary.Level;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What becomes of backups whose parent lacks a node below its root.
class DamagedParentTest {
    private final Path folder;
    private final MemoryBlobs blobs = new MemoryBlobs();
    private final Random random = new Random(5);
    private final StressPoint parent = drawn(1, null);

    DamagedParentTest(@TempDir Path folder) {
        this.folder = folder;
        opened().create();
        write(parent, Level.FULL);
        blobs.objects.forEach((name, content) -> flipFirstEntryOfNodes(name, content));
    }

    private Repository opened() {
        return TestRepositories.over(blobs, folder, InstantSource.system());
    }

    private StressPoint drawn(long number, @Nullable StressPoint parent) {
        PointKey key = new PointKey(TestPoints.VM, new RestorePointId(new UUID(3, number)));
        return StressPoint.drawn(random, key, new Attempt(1, number), parent);
    }

    private void write(StressPoint point, Level level) {
        try (WriteSession session = opened().openWrite(point.request(level))) {
            point.write(session, level);
            session.commit();
        }
    }

    /// Nodes are smaller than chunks; those at the bottom come first.
    private static void flipFirstEntryOfNodes(String name, byte[] content) {
        if (name.startsWith("packs/") && name.endsWith("-1")) {
            content[30] ^= 1;
        }
    }

    /// Also where its nodes are the same as those that are damaged.
    @RepeatedTest(10)
    void aFullIsWrittenWholeAndTakesNothingThatIsDamaged(RepetitionInfo repetition) {
        random.setSeed(repetition.getCurrentRepetition());
        assertThatThrownBy(() -> read(parent)).isInstanceOf(DamagedException.class);
        StressPoint full = drawn(2, parent);

        write(full, Level.FULL);

        assertThat(read(full)).isTrue();
    }

    @Test
    void anIncrementThatKeepsWhatNobodyKnowsFails() {
        StressPoint increment = drawn(2, parent);

        assertThatThrownBy(() -> write(increment, Level.INCREMENTAL)).isInstanceOf(DamagedException.class);
    }

    private boolean read(StressPoint point) {
        try (DiskReader reader = opened().openDisk(point.key, StressPoint.DISK)) {
            return point.isSame(reader.read(0, StressPoint.SIZE_BYTES));
        }
    }
}
