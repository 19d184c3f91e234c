package io.tidemark.bench.repository;

import io.tidemark.agent.backup.DiskCopy;
import io.tidemark.agent.backup.DiskSource;
import io.tidemark.agent.repository.ChunkRange;
import io.tidemark.agent.repository.Chunks;
import io.tidemark.agent.repository.CommitReceipt;
import io.tidemark.agent.repository.DiskDescription;
import io.tidemark.agent.repository.PointDescription;
import io.tidemark.agent.repository.PointKey;
import io.tidemark.agent.repository.Repository;
import io.tidemark.agent.repository.WriteRequest;
import io.tidemark.agent.repository.WriteSession;
import io.tidemark.schemas.id.Attempt;
import io.tidemark.schemas.id.DiskId;
import io.tidemark.schemas.id.RestorePointId;
import io.tidemark.schemas.id.TrackerId;
import io.tidemark.schemas.id.VmId;
import io.tidemark.schemas.vocabulary.Consistency;
import io.tidemark.schemas.vocabulary.Level;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.UUID;

/// A VM with one disk, and its points, numbered from 1. Not for several threads.
final class BackedUpDisk {
    static final PointDescription DESCRIPTION =
            new PointDescription(Instant.EPOCH, Consistency.CRASH, "<domain type='kvm'><name>bench</name></domain>");
    private static final int READ_BYTES = 16 * Chunks.SIZE_BYTES;

    private final Repository repository;
    private final long number;
    private final long sizeBytes;
    /// Not final: the number of the newest point; 0 before the first.
    private int newest;

    /// Says every chunk of a point.
    private interface Content {
        void say(WriteSession session) throws IOException;
    }

    /// @param number names the VM
    BackedUpDisk(Repository repository, long number, long sizeBytes) {
        this.repository = repository;
        this.number = number;
        this.sizeBytes = sizeBytes;
    }

    VmId vm() {
        return new VmId(new UUID(1, number));
    }

    DiskId disk() {
        return new DiskId(new UUID(2, number));
    }

    PointKey point(int point) {
        return new PointKey(vm(), new RestorePointId(new UUID(3 + number, point)));
    }

    int newest() {
        return newest;
    }

    long sizeBytes() {
        return sizeBytes;
    }

    /// Somebody else has written the next point.
    void countPoint() {
        newest++;
    }

    /// Of the next point. Its parent is the newest one, if there is one.
    WriteRequest request(Level level) {
        DiskDescription disk = new DiskDescription(disk(), "vda", sizeBytes, level, null, "image-1");
        return new WriteRequest(
                vm(),
                TrackerId.DEFAULT,
                newest == 0 ? null : point(newest).point(),
                new Attempt(1, newest + 1L),
                point(newest + 1).point(),
                List.of(disk));
    }

    /// Says every chunk of the image.
    CommitReceipt writeFull(Path image) throws IOException {
        return written(Level.FULL, session -> {
            ByteBuffer read = ByteBuffer.allocate(READ_BYTES);
            try (FileChannel in = FileChannel.open(image)) {
                for (long at = 0; at < sizeBytes; at += READ_BYTES) {
                    readFully(in, read, at, (int) Math.min(READ_BYTES, sizeBytes - at));
                    putAll(session, at / Chunks.SIZE_BYTES, read);
                }
            }
        });
    }

    /// Copies the whole disk as a backup does.
    CommitReceipt writeFull(DiskSource source) throws IOException {
        return written(Level.FULL, session -> new DiskCopy(source, session, disk(), _ -> {}).full());
    }

    private void putAll(WriteSession session, long first, ByteBuffer read) {
        for (long index = first; read.hasRemaining(); index++) {
            int length = Math.min(Chunks.SIZE_BYTES, read.remaining());
            session.putChunk(disk(), index, read.slice(read.position(), length));
            read.position(read.position() + length);
        }
    }

    private static void readFully(FileChannel in, ByteBuffer into, long at, int length) throws IOException {
        into.clear().limit(length);
        while (into.hasRemaining()) {
            if (in.read(into, at + into.position()) < 0) {
                throw new IOException("image: expected " + length + " bytes from " + at + ", found its end");
            }
        }
        into.flip();
    }

    /// Reads the chunks from the image and keeps the others.
    CommitReceipt writeIncrement(Path image, SequencedSet<Long> chunks) throws IOException {
        return written(Level.INCREMENTAL, session -> {
            ByteBuffer read = ByteBuffer.allocate(Chunks.SIZE_BYTES);
            try (FileChannel in = FileChannel.open(image)) {
                for (long index : chunks) {
                    readFully(in, read, index * Chunks.SIZE_BYTES, Chunks.lengthBytes(sizeBytes, index));
                    session.putChunk(disk(), index, read);
                }
            }
            keepOthers(session, chunks);
        });
    }

    /// Stores the chunks, which are in their order, and keeps the others.
    CommitReceipt writeIncrement(SequencedMap<Long, byte[]> chunks) throws IOException {
        return written(Level.INCREMENTAL, session -> {
            chunks.forEach((index, bytes) -> session.putChunk(disk(), index, ByteBuffer.wrap(bytes)));
            keepOthers(session, chunks.sequencedKeySet());
        });
    }

    private void keepOthers(WriteSession session, SequencedSet<Long> chunks) {
        long next = 0;
        for (long index : chunks) {
            keep(session, next, index);
            next = index + 1;
        }
        keep(session, next, Chunks.count(sizeBytes));
    }

    private void keep(WriteSession session, long from, long end) {
        if (end > from) {
            session.keep(disk(), new ChunkRange(from, end - from));
        }
    }

    private CommitReceipt written(Level level, Content content) throws IOException {
        try (WriteSession session = repository.openWrite(request(level))) {
            content.say(session);
            session.seal(DESCRIPTION);
            CommitReceipt receipt = session.commit();
            newest++;
            return receipt;
        }
    }
}
