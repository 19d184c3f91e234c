package io.tidemark.agent.nbd;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Third phase, the writing half: NBD specification, "Transmission phase". Writes complete in any order. The first
/// refusal is kept and thrown once, when nothing is in flight any more: until then the caller must not trust any.
final class NbdWrites {
    static final int IN_FLIGHT = 16;
    /// QEMU takes 32 MiB a request; smaller ones keep more of them busy.
    static final int WRITE_BYTES = 1024 * 1024;
    /// A request's length has 32 bits; servers may have to write zeros after all, so they get a share of that.
    static final long ZERO_BYTES = 128 * 1024 * 1024;
    private static final int REQUEST_MAGIC = 0x25609513;
    private static final int SIMPLE_REPLY_MAGIC = 0x67446698;
    private static final int STRUCTURED_REPLY_MAGIC = 0x668e33ef;
    private static final int FLAG_READ_ONLY = 1 << 1;
    private static final int FLAG_SEND_FLUSH = 1 << 2;
    private static final int FLAG_SEND_WRITE_ZEROES = 1 << 6;
    private static final int WRITE = 1;
    private static final int FLUSH = 3;
    private static final int WRITE_ZEROES = 6;
    private static final int CHUNK_NONE = 0;
    private static final int CHUNK_ERROR_BIT = 1 << 15;

    private final NbdWire wire;
    private final int exportFlags;
    private final Set<Long> inFlight = new HashSet<>();
    private long cookie;
    private @Nullable NbdRequestException refused;

    NbdWrites(NbdWire wire, int exportFlags) {
        this.wire = wire;
        this.exportFlags = exportFlags;
    }

    void write(long offset, ByteBuffer bytes) throws IOException {
        requireWritable();
        long at = offset;
        while (bytes.hasRemaining()) {
            int length = Math.min(WRITE_BYTES, bytes.remaining());
            awaitSlot();
            wire.write(request(WRITE, at, length), bytes.slice(bytes.position(), length));
            bytes.position(bytes.position() + length);
            at += length;
        }
    }

    void zero(long offset, long length) throws IOException {
        requireWritable();
        require(FLAG_SEND_WRITE_ZEROES, "to write zeroes");
        for (long at = offset; at < offset + length; at += ZERO_BYTES) {
            awaitSlot();
            wire.write(request(WRITE_ZEROES, at, Math.min(ZERO_BYTES, offset + length - at)));
        }
    }

    void flush() throws IOException {
        drain();
        require(FLAG_SEND_FLUSH, "to flush");
        wire.write(request(FLUSH, 0, 0));
        drain();
    }

    /// Waits until nothing is in flight.
    void drain() throws IOException {
        while (!inFlight.isEmpty()) {
            receive();
        }
        NbdRequestException failure = refused;
        refused = null;
        if (failure != null) {
            throw failure;
        }
    }

    private void requireWritable() throws NbdUnsupportedException {
        if ((exportFlags & FLAG_READ_ONLY) != 0) {
            throw new NbdUnsupportedException("NBD export: expected it writable, found flags " + exportFlags);
        }
    }

    private void require(int flag, String what) throws NbdUnsupportedException {
        if ((exportFlags & flag) == 0) {
            throw new NbdUnsupportedException("NBD export: expected it " + what + ", found flags " + exportFlags);
        }
    }

    private void awaitSlot() throws IOException {
        while (inFlight.size() == IN_FLIGHT) {
            receive();
        }
        if (refused != null) {
            drain();
        }
    }

    private ByteBuffer request(int type, long offset, long length) {
        inFlight.add(++cookie);
        return ByteBuffer.allocate(28)
                .putInt(REQUEST_MAGIC)
                .putShort((short) 0)
                .putShort((short) type)
                .putLong(cookie)
                .putLong(offset)
                .putInt((int) length)
                .flip();
    }

    /// QEMU 7.2 answers success simply and errors in a chunk; the specification lets a server do both either way.
    private void receive() throws IOException {
        int magic = wire.read(4).getInt();
        if (magic == SIMPLE_REPLY_MAGIC) {
            ByteBuffer reply = wire.read(12);
            int error = reply.getInt();
            end(reply.getLong(), error);
            return;
        }
        NbdWire.expect("reply magic", magic == STRUCTURED_REPLY_MAGIC, "67446698", Integer.toHexString(magic));
        ByteBuffer head = wire.read(16);
        boolean done = (head.getShort() & 1) != 0;
        int type = Short.toUnsignedInt(head.getShort());
        long answered = head.getLong();
        int length = NbdWire.length("chunk", head.getInt(), 0, NbdWire.PAYLOAD_BYTES_MAX);
        NbdWire.expect("reply to a write", done, "one chunk", "more");
        NbdWire.expect("chunk type", type == CHUNK_NONE || (type & CHUNK_ERROR_BIT) != 0, "none or error", type);
        end(answered, type == CHUNK_NONE ? 0 : error(length));
    }

    private int error(int length) throws IOException {
        NbdWire.length("error chunk", length, 6, NbdWire.PAYLOAD_BYTES_MAX);
        return wire.read(length).getInt();
    }

    private void end(long answered, int error) throws NbdProtocolException {
        NbdWire.expect("reply cookie", inFlight.remove(answered), "one in flight", answered);
        if (error != 0 && refused == null) {
            refused = new NbdRequestException("NBD write request " + answered, error);
        }
    }
}
