package io.tidemark.agent.nbd;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// One read in flight, and which parts of it were answered, so that a part without a reply is an error. It has room
/// for bytes from its first reply to its delivery only: replies mostly come one after the other, and then all reads
/// share the room that a core's cache holds.
final class NbdPendingRead {
    private record Piece(int length, boolean hole) {}

    private final Rooms rooms;
    private final TreeMap<Integer, Piece> pieces = new TreeMap<>();
    private @Nullable ByteBuffer buffer;
    private long offset;
    private int length;

    NbdPendingRead(Rooms rooms) {
        this.rooms = rooms;
    }

    /// Room for reads, used again and again: the one that was given back last comes first.
    static final class Rooms {
        private final int lengthBytes;
        private final ArrayDeque<ByteBuffer> idle = new ArrayDeque<>();

        /// @param lengthBytes of each room
        Rooms(int lengthBytes) {
            this.lengthBytes = lengthBytes;
        }

        private ByteBuffer take() {
            return idle.isEmpty() ? ByteBuffer.allocateDirect(lengthBytes) : idle.pop();
        }

        private void giveBack(ByteBuffer room) {
            idle.push(room);
        }
    }

    void begin(long newOffset, int newLength) {
        offset = newOffset;
        length = newLength;
        pieces.clear();
    }

    /// The place for `count` bytes from `at`; refused outside the request or where an answer already is.
    ByteBuffer place(long at, long count, boolean hole) throws NbdProtocolException {
        NbdWire.expect(
                "reply range",
                count > 0 && at >= offset && count <= length && at - offset <= length - count,
                "within " + offset + "+" + length,
                at + "+" + count);
        int start = (int) (at - offset);
        Map.Entry<Integer, Piece> before = pieces.lowerEntry(start + (int) count);
        NbdWire.expect(
                "reply range",
                before == null || before.getKey() + before.getValue().length() <= start,
                "no overlap",
                at + "+" + count);
        pieces.put(start, new Piece((int) count, hole));
        return room().clear().position(start).limit(start + (int) count);
    }

    private ByteBuffer room() {
        ByteBuffer known = buffer;
        if (known == null) {
            known = rooms.take();
            buffer = known;
        }
        return known;
    }

    /// Hands over what was answered, which must be all.
    void deliver(NbdReader reader) throws IOException {
        int answered = pieces.values().stream().mapToInt(Piece::length).sum();
        NbdWire.expect("reply to read at " + offset, answered == length, length + " bytes", answered);
        for (Map.Entry<Integer, Piece> entry : pieces.entrySet()) {
            int start = entry.getKey();
            int count = entry.getValue().length();
            if (entry.getValue().hole()) {
                reader.zero(offset + start, count);
            } else {
                reader.data(offset + start, room().clear().position(start).limit(start + count));
            }
        }
    }

    /// Gives the room back.
    void end() {
        if (buffer != null) {
            rooms.giveBack(buffer);
            buffer = null;
        }
    }
}
