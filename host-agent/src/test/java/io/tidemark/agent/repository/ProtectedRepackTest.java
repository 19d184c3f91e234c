package io.tidemark.agent.repository;

import static io.tidemark.agent.repository.TestPoints.DISK;
import static io.tidemark.agent.repository.TestPoints.TRACKER;
import static io.tidemark.agent.repository.TestPoints.VM;
import static io.tidemark.agent.repository.TestPoints.attempt;
import static io.tidemark.agent.repository.TestPoints.key;
import static io.tidemark.agent.repository.TestPoints.point;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.agent.repository.blob.MemoryBlobs;
import io.tidemark.agent.repository.crypto.Credential;
import io.tidemark.agent.repository.crypto.RecoveryKey;
import io.tidemark.schemas.id.RestorePointId;
import io.tidemark.schemas.vocabulary.Level;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A repack where packs of chunks are sealed, of a disk with one chunk below each leaf of its tree.
class ProtectedRepackTest {
    private static final int LEAVES = 256;
    private static final int LEAF_CHUNKS = 16;
    private static final long SIZE_BYTES = (long) LEAVES * LEAF_CHUNKS * Chunks.SIZE_BYTES;
    private static final int KEPT = 100;

    private final MemoryBlobs blobs = new MemoryBlobs();
    private final Path folder;
    private final Credential key;
    private final BlobRepository repository;

    ProtectedRepackTest(@TempDir Path folder) {
        this.folder = folder;
        this.key = Credential.createKeyFile(folder.resolve("key"));
        this.repository = opened(Optional.of(key));
        repository.createProtected(key, RecoveryKey.create().publicHalf());
        write(1, null);
        write(2, 1L);
        repository.remove(key(1));
        repository.collect();
    }

    private BlobRepository opened(Optional<Credential> credential) {
        return TestRepositories.over(blobs, folder, InstantSource.system(), credential);
    }

    private void write(long number, @Nullable Long parent) {
        var disk = new DiskDescription(DISK, "vda", SIZE_BYTES, Level.FULL, null, "image-1");
        RestorePointId parentId = parent == null ? null : point(parent);
        var request = new WriteRequest(VM, TRACKER, parentId, attempt(number), point(number), List.of(disk));
        try (WriteSession session = repository.openWrite(request)) {
            for (long leaf = 0; leaf < LEAVES; leaf++) {
                session.putChunk(DISK, leaf * LEAF_CHUNKS, ByteBuffer.wrap(content(number, leaf)));
                session.putZero(DISK, new ChunkRange(leaf * LEAF_CHUNKS + 1, LEAF_CHUNKS - 1));
            }
            session.seal(TestPoints.DESCRIPTION);
            session.commit();
        }
    }

    /// Of the one leaf that is kept, the same in each point.
    private static byte[] content(long number, long leaf) {
        String text = "the text of leaf " + leaf + " in point " + (leaf == KEPT ? 0 : number) + "; ";
        byte[] bytes = text.repeat(Chunks.SIZE_BYTES / text.length() + 1).getBytes(StandardCharsets.UTF_8);
        return Arrays.copyOf(bytes, Chunks.SIZE_BYTES);
    }

    private void assertWhole() {
        try (DiskReader disk = repository.openDisk(key(2), DISK)) {
            for (long leaf = 0; leaf < LEAVES; leaf++) {
                assertThat(disk.read(leaf * LEAF_CHUNKS * Chunks.SIZE_BYTES, Chunks.SIZE_BYTES))
                        .isEqualTo(content(2, leaf));
            }
        }
        assertThat(Verification.of(opened(Optional.of(key))).run((_, _) -> {}).findings())
                .isEmpty();
    }

    @Test
    void whoHasTheKeyMovesChunksAndSealsThemAnew() {
        Repack.Result result = Repack.of(repository).run((_, _) -> {});
        long freed = repository.collect();

        assertThat(result.points()).isEqualTo(1);
        assertThat(result.leftOut()).isEmpty();
        assertThat(freed).isGreaterThan(LEAVES * 64L);
        assertThat(Repack.of(repository).plan()).isEqualTo(new Repack.Plan(0, 0, 0, List.of()));
        String clear = new String(content(2, KEPT), 0, 100, StandardCharsets.UTF_8);
        assertThat(blobs.objects.values())
                .noneMatch(each -> new String(each, StandardCharsets.ISO_8859_1).contains(clear));
        assertWhole();
    }

    @Test
    void whoHasNoKeyMovesNodesOnlyAndSaysSo() {
        BlobRepository locked = opened(Optional.empty());

        Repack.Result result = Repack.of(locked).run((_, _) -> {});
        long freed = locked.collect();

        assertThat(result.points()).isEqualTo(1);
        assertThat(result.leftOut()).singleElement().asString().contains("expected keys that open and seal");
        assertThat(freed).isPositive();
        assertWhole();
        assertThat(Repack.of(repository).plan().packs())
                .as("that of chunks is left")
                .isEqualTo(1);
    }
}
