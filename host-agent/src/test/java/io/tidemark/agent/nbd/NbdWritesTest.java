package io.tidemark.agent.nbd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The other end of the socket is read and answered by the test itself: what is sent fits the socket's buffer.
@Timeout(20)
final class NbdWritesTest {
    private static final int WRITABLE = 1 | 1 << 2 | 1 << 6;
    private static final int WRITE = 1;

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it before each test
    Path folder;

    @SuppressWarnings("NullAway.Init") // set before each test
    private SocketChannel client;

    @SuppressWarnings("NullAway.Init") // set before each test
    private SocketChannel server;

    private record Request(int type, long cookie, long offset, int length) {}

    @BeforeEach
    void connect() throws IOException {
        UnixDomainSocketAddress address = UnixDomainSocketAddress.of(folder.resolve("s"));
        try (ServerSocketChannel listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            listening.bind(address);
            client = SocketChannel.open(address);
            server = listening.accept();
        }
    }

    @AfterEach
    void close() throws IOException {
        client.close();
        server.close();
    }

    @Test
    void sixteenWritesAreSentBeforeAnyAnswerAndMayBeAnsweredInAnyOrder() throws Exception {
        NbdWrites writes = writes(WRITABLE);
        List<Request> asked = new ArrayList<>();

        for (int number = 0; number < NbdWrites.IN_FLIGHT; number++) {
            writes.write(number * 512L, ByteBuffer.wrap(new byte[512]));
            asked.add(asked());
        }
        asked.reversed().forEach(request -> answer(request, 0));

        assertThatCode(writes::drain).doesNotThrowAnyException();
        assertThat(asked).extracting(Request::offset).startsWith(0L, 512L).endsWith(15 * 512L);
        assertThat(asked).extracting(Request::type).containsOnly(WRITE);
    }

    @Test
    void refusalShowsInFlushAndTheConnectionLives() throws Exception {
        NbdWrites writes = writes(WRITABLE);
        writes.write(0, ByteBuffer.wrap(new byte[512]));
        answer(asked(), 28);

        assertThatThrownBy(writes::flush)
                .isInstanceOf(NbdRequestException.class)
                .hasMessageContaining("NBD error 28 (no space left)");

        writes.write(512, ByteBuffer.wrap(new byte[512]));
        answer(asked(), 0);
        assertThatCode(writes::drain).doesNotThrowAnyException();
    }

    @Test
    void refusalInAChunkIsARefusal() throws Exception {
        NbdWrites writes = writes(WRITABLE);
        writes.write(0, ByteBuffer.wrap(new byte[512]));
        send(ByteBuffer.allocate(26)
                .putInt(0x668e33ef)
                .putShort((short) 1)
                .putShort((short) 0x8001)
                .putLong(asked().cookie())
                .putInt(6)
                .putInt(5)
                .putShort((short) 0));

        assertThatThrownBy(writes::drain)
                .isInstanceOf(NbdRequestException.class)
                .hasMessageContaining("NBD error 5");
    }

    @Test
    void answerToNoRequestBreaksTheProtocol() throws Exception {
        NbdWrites writes = writes(WRITABLE);
        writes.write(0, ByteBuffer.wrap(new byte[512]));
        answer(new Request(WRITE, 77, 0, 0), 0);

        assertThatThrownBy(writes::drain)
                .isInstanceOf(NbdProtocolException.class)
                .hasMessageContaining("expected one in flight, found 77");
    }

    @Test
    void serverClosesBeforeTheAnswer() throws Exception {
        NbdWrites writes = writes(WRITABLE);
        writes.write(0, ByteBuffer.wrap(new byte[512]));
        server.close();

        assertThatThrownBy(writes::flush).isInstanceOf(IOException.class);
    }

    @Test
    void readOnlyExportIsNotWritten() {
        assertThatThrownBy(() -> writes(WRITABLE | 2).write(0, ByteBuffer.wrap(new byte[512])))
                .isInstanceOf(NbdUnsupportedException.class)
                .hasMessageContaining("writable");
    }

    @Test
    void serverThatCannotFlushIsRefused() {
        assertThatThrownBy(() -> writes(1).flush()).isInstanceOf(NbdUnsupportedException.class);
    }

    @Test
    void longZeroRangeIsCut() throws Exception {
        NbdWrites writes = writes(WRITABLE);

        writes.zero(512, NbdWrites.ZERO_BYTES + 512);

        assertThat(asked().length()).isEqualTo((int) NbdWrites.ZERO_BYTES);
        assertThat(asked())
                .extracting(Request::offset, Request::length)
                .containsExactly(NbdWrites.ZERO_BYTES + 512, 512);
    }

    private NbdWrites writes(int flags) {
        return new NbdWrites(new NbdWire(client), flags);
    }

    private Request asked() throws IOException {
        ByteBuffer head = read(28);
        assertThat(head.getInt()).isEqualTo(0x25609513);
        assertThat(head.getShort()).isZero();
        Request request = new Request(head.getShort(), head.getLong(), head.getLong(), head.getInt());
        read(request.type() == WRITE ? request.length() : 0);
        return request;
    }

    private ByteBuffer read(int count) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(count);
        int got = 0;
        while (bytes.hasRemaining() && got >= 0) {
            got = server.read(bytes);
        }
        return bytes.flip();
    }

    private void answer(Request request, int error) {
        send(ByteBuffer.allocate(16).putInt(0x67446698).putInt(error).putLong(request.cookie()));
    }

    private void send(ByteBuffer reply) {
        try {
            server.write(reply.flip());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
