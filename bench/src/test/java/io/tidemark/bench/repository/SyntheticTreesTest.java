package io.tidemark.bench.repository;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.agent.repository.ChunkRange;
import io.tidemark.agent.repository.Chunks;
import io.tidemark.agent.repository.DiskReader;
import io.tidemark.agent.repository.Repository;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SyntheticTreesTest {
    private static final long CHUNKS = 1000;
    private static final long FILLED = 600;

    private final Path folder;
    private final Repository repository;
    private final BackedUpDisk disk;

    SyntheticTreesTest(@TempDir Path folder) throws Exception {
        this.folder = folder.resolve("repository");
        this.repository = Ours.clear(this.folder);
        repository.create();
        this.disk = new BackedUpDisk(repository, 1, CHUNKS * Chunks.SIZE_BYTES);
        new SyntheticTrees(this.folder, 1).add(repository, disk, FILLED);
    }

    @Test
    void itsDiskIsFilledSoFarAndZeroBehind() {
        try (DiskReader reader = repository.openDisk(disk.point(1), disk.disk())) {
            assertThat(reader.zeroRanges()).containsExactly(new ChunkRange(FILLED, CHUNKS - FILLED));
        }
    }

    @Test
    void anIncrementCanBeBuiltOnIt() throws Exception {
        byte[] chunk = new byte[Chunks.SIZE_BYTES];
        chunk[0] = 1;

        disk.writeIncrement(new TreeMap<>(Map.of(5L, chunk)));

        assertThat(repository.points(disk.vm())).hasSize(2);
        try (DiskReader reader = repository.openDisk(disk.point(2), disk.disk())) {
            assertThat(reader.read(5L * Chunks.SIZE_BYTES, Chunks.SIZE_BYTES)).isEqualTo(chunk);
        }
    }

    @Test
    void aCollectionFindsNothingToDelete() {
        assertThat(Ours.clear(folder).collect()).isZero();
    }

    @Test
    void itsFilesAreNodesAndLogsOnly() throws Exception {
        StoredFiles files = StoredFiles.of(folder);

        assertThat(files.chunks()).isZero();
        assertThat(files.others()).isEqualTo(StoredFiles.bytes(folder)).isGreaterThan(FILLED * 35);
    }
}
