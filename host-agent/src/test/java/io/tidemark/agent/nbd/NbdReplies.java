package io.tidemark.agent.nbd;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/// What a server says, whatever it is asked, after which it says no more.
final class NbdReplies {
    static final int DONE = 1;

    private static final int BYTES_MAX = 64 * 1024;

    private NbdReplies() {}

    /// Talks to the server.
    interface Client {
        void talk(NbdWire wire) throws IOException;
    }

    /// False: the client refuses the bytes.
    static boolean areTaken(byte[] bytes, Client client) {
        if (bytes.length > BYTES_MAX) {
            return false;
        }
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            Path socket = Files.createTempFile("nbd", ".s");
            Files.delete(socket);
            server.bind(UnixDomainSocketAddress.of(socket));
            try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
                    SocketChannel accepted = server.accept()) {
                accepted.write(ByteBuffer.wrap(bytes));
                accepted.shutdownOutput();
                return isTaken(client, channel);
            } finally {
                Files.delete(socket);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static boolean isTaken(Client client, SocketChannel channel) throws IOException {
        try {
            client.talk(new NbdWire(channel));
            return true;
        } catch (NbdException refused) {
            return false;
        }
    }

    /// The beginning of a chunk of a structured reply.
    static ByteBuffer chunk(ByteBuffer out, int flags, int type, long cookie, int length) {
        return out.putInt(0x668e33ef)
                .putShort((short) flags)
                .putShort((short) type)
                .putLong(cookie)
                .putInt(length);
    }

    static byte[] written(ByteBuffer out) {
        byte[] bytes = new byte[out.flip().remaining()];
        out.get(bytes);
        return bytes;
    }
}
