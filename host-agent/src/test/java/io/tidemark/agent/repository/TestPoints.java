package io.tidemark.agent.repository;

import io.tidemark.schemas.id.Attempt;
import io.tidemark.schemas.id.DiskId;
import io.tidemark.schemas.id.RestorePointId;
import io.tidemark.schemas.id.TrackerId;
import io.tidemark.schemas.id.VmId;
import io.tidemark.schemas.vocabulary.Consistency;
import io.tidemark.schemas.vocabulary.Level;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// One VM with one disk of an odd size, and points of it numbered by their attempt.
final class TestPoints {
    static final VmId VM = new VmId(new UUID(1, 1));
    static final DiskId DISK = new DiskId(new UUID(2, 1));
    static final TrackerId TRACKER = new TrackerId("default");
    static final int SIZE_BYTES = 9 * Chunks.SIZE_BYTES + 777;
    static final long CHUNKS = Chunks.count(SIZE_BYTES);
    static final PointDescription DESCRIPTION =
            new PointDescription(Instant.parse("2026-01-02T03:04:05Z"), Consistency.CRASH, "<domain/>");

    private TestPoints() {}

    static RestorePointId point(long number) {
        return new RestorePointId(new UUID(3, number));
    }

    static PointKey key(long number) {
        return new PointKey(VM, point(number));
    }

    static Attempt attempt(long sequence) {
        return new Attempt(1, sequence);
    }

    static WriteRequest request(long number, @Nullable Long parent) {
        DiskDescription disk = new DiskDescription(DISK, "vda", SIZE_BYTES, Level.FULL, null, "image-1");
        RestorePointId parentId = parent == null ? null : point(parent);
        return new WriteRequest(VM, TRACKER, parentId, attempt(number), point(number), List.of(disk));
    }

    /// Writes the whole disk and seals.
    static WriteSession sealed(Repository repository, WriteRequest request, byte[] disk) {
        WriteSession session = repository.openWrite(request);
        for (long index = 0; index < CHUNKS; index++) {
            session.putChunk(DISK, index, ByteBuffer.wrap(chunk(disk, index)));
        }
        session.seal(DESCRIPTION);
        return session;
    }

    static CommitReceipt full(Repository repository, long number, byte[] disk) {
        try (WriteSession session = sealed(repository, request(number, null), disk)) {
            return session.commit();
        }
    }

    static byte[] chunk(byte[] disk, long index) {
        byte[] chunk = new byte[Chunks.lengthBytes(disk.length, index)];
        System.arraycopy(disk, (int) index * Chunks.SIZE_BYTES, chunk, 0, chunk.length);
        return chunk;
    }

    static byte[] readWhole(Repository repository, long number) {
        try (DiskReader reader = repository.openDisk(key(number), DISK)) {
            byte[] used = new byte[SIZE_BYTES];
            Arrays.fill(used, (byte) 0x55);
            reader.read(0, used, SIZE_BYTES);
            return used;
        }
    }

    /// Random bytes from the seed, but for one chunk that packs well.
    static byte[] randomDisk(long seed) {
        byte[] disk = new byte[SIZE_BYTES];
        new Random(seed).nextBytes(disk);
        Arrays.fill(disk, Chunks.SIZE_BYTES, 2 * Chunks.SIZE_BYTES, (byte) 7);
        return disk;
    }
}
