package io.tidemark.agent.nbd;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.TreeMap;

/// One read in flight: its buffer, and which parts were answered, so that a part without a reply is an error.
final class NbdPendingRead {
    private record Piece(int length, boolean hole) {}

    private final ByteBuffer buffer;
    private final TreeMap<Integer, Piece> pieces = new TreeMap<>();
    private long offset;
    private int length;

    NbdPendingRead(int bytes) {
        buffer = ByteBuffer.allocateDirect(bytes);
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
        return buffer.clear().position(start).limit(start + (int) count);
    }

    void deliver(NbdReader reader) throws IOException {
        int answered = pieces.values().stream().mapToInt(Piece::length).sum();
        NbdWire.expect("reply to read at " + offset, answered == length, length + " bytes", answered);
        for (Map.Entry<Integer, Piece> entry : pieces.entrySet()) {
            int start = entry.getKey();
            int count = entry.getValue().length();
            if (entry.getValue().hole()) {
                reader.zero(offset + start, count);
            } else {
                reader.data(offset + start, buffer.clear().position(start).limit(start + count));
            }
        }
    }
}
