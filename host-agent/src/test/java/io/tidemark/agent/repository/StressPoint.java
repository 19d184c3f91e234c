package io.tidemark.agent.repository;

import io.tidemark.schemas.id.Attempt;
import io.tidemark.schemas.id.DiskId;
import io.tidemark.schemas.vocabulary.Level;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// What a history knows of a point: its one disk, of which each chunk is told by a number, 0 for zeros. Few
/// numbers, so that content comes again. Fields that are not final follow the point's life.
final class StressPoint {
    static final DiskId DISK = new DiskId(new UUID(2, 1));
    /// More than a node has children, and the last one short.
    static final int SIZE_BYTES = 17 * Chunks.SIZE_BYTES + 777;

    private static final int CHUNKS = (int) Chunks.count(SIZE_BYTES);
    private static final int NUMBERS = 30;
    private static final int CHANGES_MAX = 4;

    final PointKey key;
    final Attempt attempt;
    final @Nullable StressPoint parent;
    boolean isCommitted;
    /// A prune has begun, and has returned.
    boolean isPruneBegun;

    boolean isPruned;
    private final int[] chunks;

    private StressPoint(PointKey key, Attempt attempt, @Nullable StressPoint parent, int[] chunks) {
        this.key = key;
        this.attempt = attempt;
        this.parent = parent;
        this.chunks = chunks;
    }

    /// Some chunks are others than in the parent.
    static StressPoint drawn(Random random, PointKey key, Attempt attempt, @Nullable StressPoint parent) {
        int[] chunks = parent == null ? new int[CHUNKS] : parent.chunks.clone();
        for (int left = 1 + random.nextInt(CHANGES_MAX); left > 0; left--) {
            chunks[random.nextInt(CHUNKS)] = random.nextInt(NUMBERS);
        }
        return new StressPoint(key, attempt, parent, chunks);
    }

    boolean isLive() {
        return isCommitted && !isPruned;
    }

    WriteRequest request(Level level) {
        var disk = new DiskDescription(DISK, "vda", SIZE_BYTES, level, null, "image-1");
        return new WriteRequest(
                key.vm(),
                TestPoints.TRACKER,
                parent == null ? null : parent.key.point(),
                attempt,
                key.point(),
                List.of(disk));
    }

    /// Says all chunks and seals: of a full each one, of an increment what has changed.
    void write(WriteSession session, Level level) {
        for (int index = 0; index < CHUNKS; index++) {
            var here = new ChunkRange(index, 1);
            if (level == Level.INCREMENTAL && parent != null && parent.chunks[index] == chunks[index]) {
                session.keep(DISK, here);
            } else if (chunks[index] == 0) {
                session.putZero(DISK, here);
            } else {
                session.putChunk(DISK, index, ByteBuffer.wrap(content(index)));
            }
        }
        session.seal(TestPoints.DESCRIPTION);
    }

    private byte[] content(int index) {
        byte[] content = new byte[Chunks.lengthBytes(SIZE_BYTES, index)];
        if (chunks[index] != 0) {
            Arrays.fill(content, (byte) chunks[index]);
            content[0] = 0;
        }
        return content;
    }

    /// Whether the bytes are those of the whole disk.
    boolean isSame(byte[] disk) {
        for (int index = 0; index < CHUNKS; index++) {
            int from = index * Chunks.SIZE_BYTES;
            byte[] content = content(index);
            if (!Arrays.equals(content, 0, content.length, disk, from, from + content.length)) {
                return false;
            }
        }
        return disk.length == SIZE_BYTES;
    }

    @Override
    public String toString() {
        return "point " + key.point() + " of attempt " + attempt;
    }
}
