package io.tidemark.agent.restore;

import io.tidemark.agent.extent.Extent;
import io.tidemark.agent.extent.ExtentMap;
import io.tidemark.agent.repository.ChunkRange;
import io.tidemark.agent.repository.Chunks;
import io.tidemark.agent.repository.DiskReader;
import io.tidemark.agent.restore.RestorePlan.PlannedDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;

/// One disk of the point beside its new image, to copy and to compare.
///
/// @param data where the point holds bytes; everywhere else it says zero
record OpenImage(PlannedDisk planned, DiskReader reader, ExtentMap data, ImageTarget target) {
    /// A multiple of the chunk, as a chunk is unpacked whole.
    static final int PIECE_BYTES = 8 * Chunks.SIZE_BYTES;
    static final int PIECES_AHEAD = 16;

    /// The first `length` bytes of a room.
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Piece(long offset, byte[] room, int length) {}

    /// Room for pieces, used again.
    private static final class Rooms {
        private final Queue<byte[]> idle = new ConcurrentLinkedQueue<>();

        private byte[] take(int length) {
            byte[] room = idle.poll();
            return room == null || room.length < length ? new byte[Math.max(length, PIECE_BYTES)] : room;
        }

        private void giveBack(byte[] room) {
            idle.add(room);
        }
    }

    /// The parts of a disk that are not recorded as zero.
    static ExtentMap data(DiskReader reader) {
        List<Extent> out = new ArrayList<>();
        long at = 0;
        for (ChunkRange zero : reader.zeroRanges()) {
            long start = zero.first() * Chunks.SIZE_BYTES;
            if (at < start) {
                out.add(new Extent(at, start - at, 0));
            }
            at = Math.min(reader.sizeBytes(), zero.end() * Chunks.SIZE_BYTES);
        }
        if (at < reader.sizeBytes()) {
            out.add(new Extent(at, reader.sizeBytes() - at, 0));
        }
        return new ExtentMap(out);
    }

    /// Writes the data; a new image is zero where nothing is written.
    void write(ExecutorService workers, Cancellation cancellation, RestoreProgress progress) throws IOException {
        Rooms rooms = new Rooms();
        WorkAhead<Piece> pieces = new WorkAhead<>(workers, PIECES_AHEAD, piece -> {
            cancellation.check();
            target.write(piece.offset(), ByteBuffer.wrap(piece.room(), 0, piece.length()));
            progress.add(piece.length());
            rooms.giveBack(piece.room());
        });
        for (Extent extent : data.extents()) {
            for (long at = extent.offset(); at < extent.end(); at += PIECE_BYTES) {
                long offset = at;
                int length = (int) Math.min(PIECE_BYTES, extent.end() - at);
                pieces.give(() -> {
                    byte[] room = rooms.take(length);
                    reader.read(offset, room, length);
                    return new Piece(offset, room, length);
                });
            }
        }
        pieces.finish();
        target.flush();
    }

    /// Reads the whole image back and compares it with the ids of the point's chunks.
    void prove(ExecutorService workers, Cancellation cancellation, RestoreProgress progress) throws IOException {
        WorkAhead<Integer> compared = new WorkAhead<>(workers, PIECES_AHEAD, count -> {
            cancellation.check();
            progress.add(count);
        });
        compare(data, compared);
        compare(zero().intersect(target.maybeData(0, reader.sizeBytes())), compared);
        compared.finish();
    }

    private ExtentMap zero() {
        List<Extent> out = new ArrayList<>();
        long at = 0;
        for (Extent extent : data.extents()) {
            if (at < extent.offset()) {
                out.add(new Extent(at, extent.offset() - at, 0));
            }
            at = extent.end();
        }
        if (at < reader.sizeBytes()) {
            out.add(new Extent(at, reader.sizeBytes() - at, 0));
        }
        return new ExtentMap(out);
    }

    private void compare(ExtentMap wanted, WorkAhead<Integer> compared) throws IOException {
        Rooms rooms = new Rooms();
        target.read(wanted, new ImageTarget.Reader() {
            @Override
            public void data(long offset, ByteBuffer bytes) throws IOException {
                int length = bytes.remaining();
                byte[] found = rooms.take(length);
                bytes.get(found, 0, length);
                compared.give(() -> requireEqual(new Piece(offset, found, length), rooms));
            }

            @Override
            public void zero(long offset, long length) throws IOException {
                int count = Math.toIntExact(length);
                byte[] found = rooms.take(count);
                Arrays.fill(found, 0, count, (byte) 0);
                compared.give(() -> requireEqual(new Piece(offset, found, count), rooms));
            }
        });
    }

    private int requireEqual(Piece found, Rooms rooms) {
        int length = found.length();
        if (reader.isContent(found.offset(), found.room(), length)) {
            rooms.giveBack(found.room());
            return length;
        }
        byte[] expected = rooms.take(length);
        reader.read(found.offset(), expected, length);
        int at = Arrays.mismatch(expected, 0, length, found.room(), 0, length);
        if (at < 0) {
            throw new IllegalStateException("image " + planned.file() + " from " + found.offset()
                    + " on: expected the ids of its chunks, found others of the same bytes");
        }
        throw RestoreFailure.differs(planned.file(), found.offset() + at, expected[at], found.room()[at]);
    }
}
