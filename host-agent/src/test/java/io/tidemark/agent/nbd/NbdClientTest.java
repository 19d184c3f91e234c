package io.tidemark.agent.nbd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.agent.extent.Extent;
import io.tidemark.agent.extent.ExtentMap;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A server that sends scripted bytes without looking at what it is asked.
@Timeout(20)
final class NbdClientTest {
    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it before each test
    Path folder;

    @Test
    void serverClosesDuringReply() throws Exception {
        assertThatThrownBy(() -> readWith(chunk(0, 1, 512).putLong(0).put(new byte[100])))
                .isInstanceOf(NbdProtocolException.class)
                .hasMessageContaining("expected 404 more bytes, found its end");
    }

    @Test
    void hugeLengthIsRefusedBeforeMemoryIsTaken() throws Exception {
        assertThatThrownBy(() -> readWith(chunk(1, 1, 0x7fffffff)))
                .isInstanceOf(NbdProtocolException.class)
                .hasMessageContaining("found 2147483647");
    }

    @Test
    void unknownChunkTypeBreaksTheProtocol() throws Exception {
        assertThatThrownBy(() -> readWith(chunk(1, 77, 0)))
                .isInstanceOf(NbdProtocolException.class)
                .hasMessageContaining("chunk type");
    }

    @Test
    void errorChunkFailsOnlyTheRequest() throws Exception {
        assertThatThrownBy(() -> readWith(chunk(1, 0x8001, 6).putInt(5).putShort((short) 0)))
                .isInstanceOf(NbdRequestException.class)
                .hasMessageContaining("NBD error 5");
    }

    @Test
    void rangeWithoutReplyIsAnErrorNeverZero() throws Exception {
        assertThatThrownBy(() -> readWith(chunk(1, 0, 0)))
                .isInstanceOf(NbdProtocolException.class)
                .hasMessageContaining("expected 512 bytes, found 0");
    }

    @Test
    void holeIsZero() throws Exception {
        assertThat(readWith(chunk(1, 2, 12).putLong(0).putInt(512))).containsExactly("zero 0 512");
    }

    private static ByteBuffer chunk(int flags, int type, int length) {
        return ByteBuffer.allocate(1024)
                .putInt(0x668e33ef)
                .putShort((short) flags)
                .putShort((short) type)
                .putLong(1)
                .putInt(length);
    }

    private static ByteBuffer greeting() {
        ByteBuffer out = ByteBuffer.allocate(128);
        out.putLong(0x4e42444d41474943L).putLong(0x49484156454F5054L).putShort((short) 3);
        out.putLong(0x3e889045565a9L).putInt(8).putInt(1).putInt(0);
        out.putLong(0x3e889045565a9L).putInt(7).putInt(3).putInt(12);
        out.putShort((short) 0).putLong(512).putShort((short) 1);
        return out.putLong(0x3e889045565a9L).putInt(7).putInt(1).putInt(0).flip();
    }

    private List<String> readWith(ByteBuffer reply) throws Exception {
        Path socket = folder.resolve("s");
        List<String> pieces = new ArrayList<>();
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(socket));
            Thread thread = Thread.ofVirtual().start(() -> serve(server, reply.flip()));
            try (NbdClient client = NbdClient.connect(socket, "", List.of())) {
                client.read(new ExtentMap(List.of(new Extent(0, 512, 0))), new NbdReader() {
                    @Override
                    public void data(long offset, ByteBuffer bytes) {
                        pieces.add("data " + offset + " " + bytes.remaining());
                    }

                    @Override
                    public void zero(long offset, long length) {
                        pieces.add("zero " + offset + " " + length);
                    }
                });
            } finally {
                thread.join();
            }
        }
        return pieces;
    }

    /// Reads what this client sends (flags 4, options 16 + 22, read 28 bytes), then answers and closes.
    private static void serve(ServerSocketChannel server, ByteBuffer reply) {
        try (SocketChannel channel = server.accept()) {
            channel.write(greeting());
            ByteBuffer asked = ByteBuffer.allocate(4 + 16 + 22 + 28);
            int count = 0;
            while (asked.hasRemaining() && count >= 0) {
                count = channel.read(asked);
            }
            channel.write(reply);
        } catch (IOException failure) {
            throw new java.io.UncheckedIOException(failure);
        }
    }
}
