package io.tidemark.agent.nbd;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/// Whole reads and writes on the socket; every length is checked before memory is taken for it.
final class NbdWire {
    /// QEMU sends at most 1 MiB of extents in one chunk; this leaves room.
    static final int PAYLOAD_BYTES_MAX = 4 << 20;

    private final SocketChannel channel;

    NbdWire(SocketChannel channel) {
        this.channel = channel;
    }

    ByteBuffer read(int count) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(count);
        fill(bytes);
        return bytes.flip();
    }

    void fill(ByteBuffer target) throws IOException {
        while (target.hasRemaining()) {
            if (channel.read(target) < 0) {
                throw new NbdProtocolException(
                        "NBD connection: expected " + target.remaining() + " more bytes, found its end");
            }
        }
    }

    void write(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    /// Writes all of both in as few calls as the socket allows.
    void write(ByteBuffer head, ByteBuffer body) throws IOException {
        ByteBuffer[] parts = {head, body};
        while (head.hasRemaining() || body.hasRemaining()) {
            channel.write(parts);
        }
    }

    static int length(String what, int found, int min, int max) throws NbdProtocolException {
        expect(what + " length", found >= min && found <= max, min + " to " + max, Integer.toUnsignedLong(found));
        return found;
    }

    static void expect(String what, boolean holds, Object expected, Object found) throws NbdProtocolException {
        if (!holds) {
            throw new NbdProtocolException("NBD " + what + ": expected " + expected + ", found " + found);
        }
    }
}
