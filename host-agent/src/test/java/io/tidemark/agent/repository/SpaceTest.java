package io.tidemark.agent.repository;

import static io.tidemark.agent.repository.TestPoints.SIZE_BYTES;
import static io.tidemark.agent.repository.TestPoints.VM;
import static io.tidemark.agent.repository.TestPoints.full;
import static io.tidemark.agent.repository.TestPoints.key;
import static io.tidemark.agent.repository.TestPoints.randomDisk;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.agent.repository.Space.VmSpace;
import io.tidemark.agent.repository.blob.MemoryBlobs;
import java.nio.file.Path;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a repository is said to take is what lies in its store.
class SpaceTest {
    private final MemoryBlobs blobs = new MemoryBlobs();
    private final BlobRepository repository;

    SpaceTest(@TempDir Path folder) {
        repository = TestRepositories.over(blobs, folder, InstantSource.system());
        repository.create();
    }

    private long stored(String beginning) {
        return blobs.objects.entrySet().stream()
                .filter(each -> each.getKey().startsWith(beginning))
                .mapToLong(each -> each.getValue().length)
                .sum();
    }

    @Test
    void everyByteIsCountedOnce() {
        full(repository, 1, randomDisk(1));
        full(repository, 2, randomDisk(2));

        Space space = Space.of(repository);

        assertThat(space.chunkBytes() + space.nodeBytes()).isEqualTo(stored("packs/"));
        assertThat(space.chunkBytes()).isGreaterThan(SIZE_BYTES);
        assertThat(space.nodeBytes()).isPositive();
        assertThat(space.logBytes()).isEqualTo(stored("vms/") + stored("registry/"));
        assertThat(space.unreachedBytes()).isZero();
        assertThat(space.vms())
                .containsExactly(new VmSpace(VM, 2, 2L * SIZE_BYTES, stored("packs/"), stored("packs/")));
    }

    @Test
    void whatNoPointReachesIsCountedForNobody() {
        full(repository, 1, randomDisk(1));
        long all = stored("packs/");
        repository.remove(key(1));

        Space space = Space.of(repository);

        assertThat(space.unreachedBytes()).isEqualTo(all).isPositive();
        assertThat(space.vms()).containsExactly(new VmSpace(VM, 0, 0, 0, 0));
    }
}
