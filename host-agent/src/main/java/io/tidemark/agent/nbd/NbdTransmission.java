package io.tidemark.agent.nbd;

import io.tidemark.agent.extent.Extent;
import io.tidemark.agent.extent.ExtentMap;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Third phase: NBD specification, "Transmission phase" and "Structured reply chunk message".
final class NbdTransmission {
    static final int IN_FLIGHT = 16;
    static final int READ_BYTES = 256 * 1024;
    /// A request's length has 32 bits; a multiple of 64 KiB keeps its end on a granule.
    private static final long STATUS_BYTES_MAX = 0xffff0000L;
    private static final int REQUEST_MAGIC = 0x25609513;
    private static final int REPLY_MAGIC = 0x668e33ef;
    private static final int READ = 0;
    private static final int BLOCK_STATUS = 7;
    private static final int NONE = 0;
    private static final int OFFSET_DATA = 1;
    private static final int OFFSET_HOLE = 2;
    private static final int STATUS = 5;

    private final NbdWire wire;
    private final NbdPendingRead.Rooms rooms = new NbdPendingRead.Rooms(READ_BYTES);
    private final ArrayDeque<NbdPendingRead> idle = new ArrayDeque<>();
    private final Map<Long, NbdPendingRead> inFlight = new HashMap<>();
    private long cookie;
    private @Nullable NbdRequestException refused;

    private record Chunk(boolean done, int type, long cookie, int length) {}

    NbdTransmission(NbdWire wire) {
        this.wire = wire;
    }

    private void request(int type, long offset, long length) throws IOException {
        wire.write(ByteBuffer.allocate(28)
                .putInt(REQUEST_MAGIC)
                .putShort((short) 0)
                .putShort((short) type)
                .putLong(++cookie)
                .putLong(offset)
                .putInt((int) length)
                .flip());
    }

    private Chunk chunk() throws IOException {
        ByteBuffer head = wire.read(20);
        int magic = head.getInt();
        NbdWire.expect("reply magic", magic == REPLY_MAGIC, "668e33ef", Integer.toHexString(magic));
        boolean done = (head.getShort() & 1) != 0;
        int type = Short.toUnsignedInt(head.getShort());
        Chunk chunk = new Chunk(done, type, head.getLong(), head.getInt());
        NbdWire.length("chunk", chunk.length(), 0, NbdWire.PAYLOAD_BYTES_MAX);
        return chunk;
    }

    void read(ExtentMap wanted, NbdReader reader) throws IOException {
        refused = null;
        for (Extent extent : wanted.extents()) {
            for (long at = extent.offset(); at < extent.end() && refused == null; ) {
                int length = (int) Math.min(READ_BYTES, extent.end() - at);
                if (inFlight.size() == IN_FLIGHT) {
                    receive(reader);
                    continue;
                }
                NbdPendingRead slot = idle.isEmpty() ? new NbdPendingRead(rooms) : idle.pop();
                slot.begin(at, length);
                request(READ, at, length);
                inFlight.put(cookie, slot);
                at += length;
            }
        }
        while (!inFlight.isEmpty()) {
            receive(reader);
        }
        failIfRefused();
    }

    private void receive(NbdReader reader) throws IOException {
        Chunk chunk = chunk();
        NbdPendingRead slot = inFlight.get(chunk.cookie());
        if (slot == null) {
            throw new NbdProtocolException("NBD reply: expected a cookie in flight, found " + chunk.cookie());
        }
        switch (chunk.type()) {
            case OFFSET_DATA -> {
                NbdWire.length("data chunk", chunk.length(), 9, READ_BYTES + 8);
                wire.fill(slot.place(wire.read(8).getLong(), chunk.length() - 8L, false));
            }
            case OFFSET_HOLE -> {
                NbdWire.length("hole chunk", chunk.length(), 12, 12);
                ByteBuffer hole = wire.read(12);
                slot.place(hole.getLong(), Integer.toUnsignedLong(hole.getInt()), true);
            }
            default -> other(chunk);
        }
        if (chunk.done()) {
            inFlight.remove(chunk.cookie());
            if (refused == null) {
                slot.deliver(reader);
            }
            slot.end();
            idle.push(slot);
        }
    }

    /// NONE and errors; an unknown type with the error bit is an error, any other breaks the protocol.
    private void other(Chunk chunk) throws IOException {
        if (chunk.type() == NONE) {
            NbdWire.expect("empty chunk", chunk.done() && chunk.length() == 0, "last and empty", chunk.length());
            return;
        }
        NbdWire.expect("chunk type", chunk.type() >= 0x8000, "a known type", chunk.type());
        NbdWire.length("error chunk", chunk.length(), 6, NbdWire.PAYLOAD_BYTES_MAX);
        int number = wire.read(chunk.length()).getInt();
        refused = new NbdRequestException("NBD request " + chunk.cookie(), number);
    }

    private void failIfRefused() throws NbdRequestException {
        if (refused != null) {
            throw refused;
        }
    }

    void status(int context, long offset, long length, NbdExtentReader reader) throws IOException {
        refused = null;
        long at = offset;
        while (at < offset + length) {
            long end = Math.min(offset + length, at + STATUS_BYTES_MAX);
            request(BLOCK_STATUS, at, end - at);
            long next = statusReply(context, at, end, reader);
            failIfRefused();
            NbdWire.expect("block status at " + at, next > at, "a reply for the context", "none");
            at = next;
        }
    }

    private long statusReply(int context, long start, long end, NbdExtentReader reader) throws IOException {
        long at = start;
        for (boolean done = false; !done; ) {
            Chunk chunk = chunk();
            NbdWire.expect("reply cookie", chunk.cookie() == cookie, cookie, chunk.cookie());
            done = chunk.done();
            if (chunk.type() != STATUS) {
                other(chunk);
                continue;
            }
            NbdWire.expect("status length", chunk.length() >= 12 && chunk.length() % 8 == 4, "4 + 8n", chunk.length());
            ByteBuffer data = wire.read(chunk.length());
            if (data.getInt() != context) {
                continue;
            }
            NbdWire.expect("status chunks", at == start, "one a context", "a second");
            while (data.hasRemaining() && at < end) {
                long length = Integer.toUnsignedLong(data.getInt());
                NbdWire.expect("extent length", length > 0, "more than 0", length);
                long stop = Math.min(end, at + length);
                reader.extent(at, stop - at, data.getInt());
                at = stop;
            }
        }
        return at;
    }
}
