package io.tidemark.agent.nbd;

import io.tidemark.agent.extent.Extent;
import io.tidemark.agent.extent.ExtentMap;
import io.tidemark.agent.fuzz.FuzzTarget;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// What a server answers to three reads, after which it says no more.
public final class NbdRepliesTarget implements FuzzTarget {
    private static final int LENGTH_BYTES = 512;
    private static final ExtentMap WANTED = new ExtentMap(List.of(
            new Extent(0, LENGTH_BYTES, 0), new Extent(4096, LENGTH_BYTES, 0), new Extent(8192, LENGTH_BYTES, 0)));
    private static final int REPLY_BYTES_MAX = 64 * 1024;
    private static final int DONE = 1;

    @Override
    public String name() {
        return "nbd-replies";
    }

    @Override
    public List<byte[]> seeds() {
        ByteBuffer inOrder = ByteBuffer.allocate(4096);
        data(inOrder, DONE, 1, 0, LENGTH_BYTES);
        hole(inOrder, 2, 4096);
        data(inOrder, DONE, 3, 8192, LENGTH_BYTES);
        ByteBuffer inParts = ByteBuffer.allocate(4096);
        data(inParts, 0, 3, 8192, 100);
        data(inParts, DONE, 1, 0, LENGTH_BYTES);
        data(inParts, DONE, 3, 8292, LENGTH_BYTES - 100);
        hole(inParts, 2, 4096);
        return List.of(written(inOrder), written(inParts));
    }

    private static ByteBuffer head(ByteBuffer out, int flags, int type, long cookie, int length) {
        return out.putInt(0x668e33ef)
                .putShort((short) flags)
                .putShort((short) type)
                .putLong(cookie)
                .putInt(length);
    }

    private static void data(ByteBuffer out, int flags, long cookie, long offset, int length) {
        head(out, flags, 1, cookie, Long.BYTES + length).putLong(offset).put(new byte[length]);
    }

    private static void hole(ByteBuffer out, long cookie, long offset) {
        head(out, DONE, 2, cookie, Long.BYTES + Integer.BYTES).putLong(offset).putInt(LENGTH_BYTES);
    }

    private static byte[] written(ByteBuffer out) {
        byte[] bytes = new byte[out.flip().remaining()];
        out.get(bytes);
        return bytes;
    }

    @Override
    public boolean isTaken(byte[] bytes) {
        if (bytes.length > REPLY_BYTES_MAX) {
            return false;
        }
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            Path socket = Files.createTempFile("nbd", ".s");
            Files.delete(socket);
            server.bind(UnixDomainSocketAddress.of(socket));
            try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(socket));
                    SocketChannel accepted = server.accept()) {
                accepted.write(ByteBuffer.wrap(bytes));
                accepted.shutdownOutput();
                return isRead(client);
            } finally {
                Files.delete(socket);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static boolean isRead(SocketChannel client) throws IOException {
        Counted counted = new Counted();
        try {
            new NbdTransmission(new NbdWire(client)).read(WANTED, counted);
        } catch (NbdException refused) {
            return false;
        }
        if (counted.bytes != WANTED.totalBytes()) {
            throw new IllegalStateException("taken with " + counted.bytes + " bytes");
        }
        return true;
    }

    private static final class Counted implements NbdReader {
        private long bytes;

        @Override
        public void data(long offset, ByteBuffer piece) {
            bytes += piece.remaining();
        }

        @Override
        public void zero(long offset, long length) {
            bytes += length;
        }
    }
}
