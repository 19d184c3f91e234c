package io.tidemark.agent.repository.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.agent.repository.ChunkRange;
import io.tidemark.agent.repository.Chunks;
import io.tidemark.agent.repository.Digest;
import io.tidemark.agent.repository.DiskRoot;
import io.tidemark.agent.repository.PackId;
import io.tidemark.agent.repository.Place;
import io.tidemark.agent.repository.RepositoryException.DamagedException;
import io.tidemark.agent.repository.RepositoryException.SessionUnusable;
import io.tidemark.agent.repository.SessionId;
import io.tidemark.agent.repository.blob.MemoryBlobs;
import io.tidemark.agent.repository.crypto.RepositoryKeys;
import io.tidemark.agent.repository.pack.PackKind;
import io.tidemark.agent.repository.pack.PackReader;
import io.tidemark.agent.repository.pack.PackStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Trees over chunks that nobody stores: a chunk is a number, its id made of it. The model is an array.
class TreeTest {
    private static final UUID REPOSITORY = new UUID(7, 7);
    private static final PackId CHUNK_PACK = new PackId(new SessionId(new UUID(1, 1)), 3);
    private static final int PLACES = 1000;

    private final Path folder;
    private final MemoryBlobs blobs = new MemoryBlobs();
    private final AtomicInteger sessions = new AtomicInteger();
    private final NodeReader nodes = new NodeReader(reader());

    TreeTest(@TempDir Path folder) {
        this.folder = folder;
    }

    private PackReader reader() {
        return new PackReader(blobs, REPOSITORY, RepositoryKeys.none(), 1 << 20);
    }

    private static Child chunk(int number) {
        Digest id = Digest.of(ByteBuffer.allocate(4).putInt(number).array());
        return new Child(id, new Place(CHUNK_PACK, number % PLACES));
    }

    private DiskRoot written(long sizeBytes, @Nullable DiskTree parent, Consumer<TreeWriter> said) {
        SessionId session = new SessionId(new UUID(2, sessions.incrementAndGet()));
        AtomicInteger numbers = new AtomicInteger();
        try (PackStream out = new PackStream(
                        blobs,
                        new PackStream.Owner(REPOSITORY, session, numbers::getAndIncrement),
                        PackKind.NODES,
                        RepositoryKeys.none());
                TreeWriter writer = new TreeWriter(sizeBytes, folder, nodes, parent)) {
            said.accept(writer);
            DiskRoot root = writer.write(out);
            out.finish();
            return root;
        }
    }

    private DiskTree open(DiskRoot root, long sizeBytes) {
        return DiskTree.open(nodes, root, sizeBytes);
    }

    private static void assertHolds(DiskTree tree, int[] disk, ChunkRange range) {
        int[] found = new int[disk.length];
        Arrays.fill(found, -1);
        tree.forEach(range, new DiskTree.Visitor() {
            @Override
            public void zero(ChunkRange zero) {
                Arrays.fill(found, (int) zero.first(), (int) zero.end(), 0);
            }

            @Override
            public void chunk(long index, Child chunk) {
                assertThat(chunk).isEqualTo(TreeTest.chunk(disk[(int) index]));
                found[(int) index] = disk[(int) index];
            }
        });
        for (int index = 0; index < disk.length; index++) {
            boolean isIn = index >= range.first() && index < range.end();
            assertThat(found[index]).as("chunk %d", index).isEqualTo(isIn ? disk[index] : -1);
        }
    }

    @Test
    void anyHistoryOfPointsReadsAsTheModelDoes() {
        for (int seed = 0; seed < 60; seed++) {
            Random random = new Random(seed);
            int count = 1 + random.nextInt(seed % 3 == 0 ? 20 : 9000);
            long sizeBytes = (long) count * Chunks.SIZE_BYTES - random.nextInt(Chunks.SIZE_BYTES);
            int[] disk = new int[count];
            DiskTree parent = null;
            for (int round = 0; round < 6; round++) {
                DiskTree from = parent;
                DiskRoot root = written(sizeBytes, from, writer -> changed(random, disk, from != null, writer));
                parent = open(root, sizeBytes);
                assertHolds(parent, disk, new ChunkRange(0, count));
                int first = random.nextInt(count);
                assertHolds(parent, disk, new ChunkRange(first, 1 + random.nextInt(count - first)));
                int one = random.nextInt(count);
                assertThat(parent.chunk(one)).isEqualTo(disk[one] == 0 ? null : chunk(disk[one]));
            }
        }
    }

    private static void changed(Random random, int[] disk, boolean hasParent, TreeWriter writer) {
        if (hasParent) {
            writer.keep(new ChunkRange(0, disk.length));
        } else {
            writer.zero(new ChunkRange(0, disk.length));
        }
        for (int change = random.nextInt(40); change > 0; change--) {
            int first = random.nextInt(disk.length);
            int length = 1 + random.nextInt(Math.min(disk.length - first, random.nextBoolean() ? 3 : 5000));
            if (random.nextInt(3) == 0) {
                writer.zero(new ChunkRange(first, length));
                Arrays.fill(disk, first, first + length, 0);
            } else {
                for (int index = first; index < first + length; index++) {
                    disk[index] = 1 + random.nextInt(PLACES - 1);
                    writer.put(index, chunk(disk[index]));
                }
            }
        }
    }

    @Test
    void theSameContentHasTheSameRootWhereverItsNodesLie() {
        long sizeBytes = 5000L * Chunks.SIZE_BYTES;
        Consumer<TreeWriter> content = writer -> {
            writer.zero(new ChunkRange(0, 5000));
            for (int index = 700; index < 1900; index++) {
                writer.put(index, chunk(index));
            }
        };
        DiskRoot one = written(sizeBytes, null, content);
        DiskRoot other = written(sizeBytes, null, content);

        assertThat(other.id()).isEqualTo(one.id());
        assertThat(other.place()).isNotEqualTo(one.place());
        assertThat(written(sizeBytes - 1, null, content).id()).isNotEqualTo(one.id());
    }

    @Test
    void whatIsKeptOrPutAsItWasCostsNoNode() {
        long sizeBytes = 5000L * Chunks.SIZE_BYTES;
        DiskRoot first = written(sizeBytes, null, writer -> {
            for (int index = 0; index < 5000; index++) {
                writer.put(index, chunk(index));
            }
        });
        int before = blobs.objects.size();
        DiskTree parent = open(first, sizeBytes);

        assertThat(written(sizeBytes, parent, writer -> writer.keep(new ChunkRange(0, 5000))))
                .isEqualTo(first);
        assertThat(written(sizeBytes, parent, writer -> {
                    for (int index = 0; index < 5000; index++) {
                        writer.put(index, chunk(index));
                    }
                }))
                .isEqualTo(first);
        assertThat(blobs.objects).hasSize(before);
    }

    @Test
    void oneChangedChunkOfALargeDiskCostsOneNodeALevel() {
        long sizeBytes = 2L << 40;
        DiskRoot first = written(sizeBytes, null, writer -> writer.zero(new ChunkRange(0, Chunks.count(sizeBytes))));
        DiskTree parent = open(first, sizeBytes);
        assertThat(parent.root()).isNull();

        DiskRoot second = written(sizeBytes, parent, writer -> {
            writer.keep(new ChunkRange(0, Chunks.count(sizeBytes)));
            writer.put(12_345_678, chunk(5));
        });

        assertThat(entries(second)).isEqualTo(Shape.rootLevel(sizeBytes) + 1);
        assertThat(open(second, sizeBytes).chunk(12_345_678)).isEqualTo(chunk(5));
        assertThat(open(second, sizeBytes).chunk(12_345_679)).isNull();
    }

    /// How many nodes the pack of a root holds.
    private int entries(DiskRoot root) {
        Place place = root.place();
        assertThat(place).isNotNull();
        return reader().directory(place.pack()).count();
    }

    @Test
    void aDiskOfZerosHasARootThatIsStoredNowhere() {
        DiskRoot root = written(123_456, null, writer -> writer.zero(new ChunkRange(0, 2)));
        assertThat(root.place()).isNull();
        assertHolds(open(root, 123_456), new int[2], new ChunkRange(0, 2));
        assertThatThrownBy(() -> open(root, 123_457)).isInstanceOf(DamagedException.class);
    }

    @Test
    void aChunkNeverSpokenOfIsNamed() {
        assertThatThrownBy(() -> written(9L * Chunks.SIZE_BYTES, null, writer -> {
                    writer.zero(new ChunkRange(0, 4));
                    writer.put(5, chunk(1));
                }))
                .isInstanceOf(SessionUnusable.class)
                .hasMessageContaining("found none of it for 4");
    }

    @Test
    void aFlippedBitOfANodeIsFound() {
        long sizeBytes = 40L * Chunks.SIZE_BYTES;
        DiskRoot root = written(sizeBytes, null, writer -> {
            writer.zero(new ChunkRange(0, 40));
            writer.put(39, chunk(1));
        });
        var stored = blobs.objects.lastEntry();
        for (int at = 8; at < stored.getValue().length; at++) {
            byte[] bad = stored.getValue().clone();
            bad[at] ^= 4;
            blobs.objects.put(stored.getKey(), bad);
            NodeReader fresh = new NodeReader(reader());
            assertThatThrownBy(() -> DiskTree.open(fresh, root, sizeBytes).chunk(39))
                    .as("byte %d", at)
                    .isInstanceOf(DamagedException.class);
        }
    }

    @Test
    void hostileNodesAreRefusedBeforeTheyTakeMemory() {
        Random random = new Random(4);
        for (int round = 0; round < 20_000; round++) {
            byte[] bytes = new byte[random.nextInt(80)];
            random.nextBytes(bytes);
            if (bytes.length > 3 && round % 2 == 0) {
                bytes[0] = (byte) random.nextInt(3);
                bytes[1] = (byte) random.nextInt(3);
                bytes[2] = 0;
                bytes[3] = (byte) random.nextInt(3);
            }
            try {
                Node node = Node.decode("node", bytes);
                assertThat(node.encode()).as("what is read is what is written").hasSize(bytes.length);
            } catch (DamagedException refused) {
                assertThat(refused).hasMessageContaining("node");
            }
        }
    }
}
