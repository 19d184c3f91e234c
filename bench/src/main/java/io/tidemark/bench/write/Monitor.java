package io.tidemark.bench.write;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;

/// A QMP monitor of a QEMU, beside the one that libvirt holds: a call through libvirt would wait for the lock that
/// a backup job holds. Events are handed over in the order in which QEMU said them, among the answers. For use by
/// one thread at a time.
///
/// Source of the protocol: QEMU 7.2, `docs/interop/qmp-spec.txt`: a greeting, then one JSON object a line.
public final class Monitor implements AutoCloseable {
    private static final Duration ANSWER_MAX = Duration.ofSeconds(60);
    private static final int READ_BYTES = 64 * 1024;
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final Path socket;
    private final SocketChannel channel;
    private final Selector selector;
    private final Consumer<JsonNode> events;
    private final ByteBuffer read = ByteBuffer.allocate(READ_BYTES).flip();

    private Monitor(Path socket, SocketChannel channel, Selector selector, Consumer<JsonNode> events) {
        this.socket = socket;
        this.channel = channel;
        this.selector = selector;
        this.events = events;
    }

    /// Returns when the monitor takes commands.
    ///
    /// @param events is called while an answer is waited for, by the thread that waits
    public static Monitor connect(Path socket, Consumer<JsonNode> events) throws IOException {
        SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
        Selector selector = Selector.open();
        Monitor monitor = new Monitor(socket, channel, selector, events);
        try {
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ);
            monitor.next(); // the greeting
            monitor.execute("qmp_capabilities", Map.of());
            return monitor;
        } catch (IOException e) {
            monitor.close();
            throw e;
        }
    }

    /// Answers what the command returned; its error is an [IOException].
    public JsonNode execute(String command, Map<String, Object> arguments) throws IOException {
        byte[] line = (MAPPER.writeValueAsString(Map.of("execute", command, "arguments", arguments)) + "\n")
                .getBytes(StandardCharsets.UTF_8);
        ByteBuffer request = ByteBuffer.wrap(line);
        while (request.hasRemaining()) {
            channel.write(request); // a line is far smaller than the socket's buffer
        }
        while (true) {
            JsonNode found = next();
            if (found.has("event")) {
                events.accept(found);
            } else if (found.has("return")) {
                return found.path("return");
            } else {
                throw new IOException("monitor " + socket + ": expected " + command + " carried out, found " + found);
            }
        }
    }

    /// A command of the human monitor that prints nothing if it succeeds.
    public void human(String line) throws IOException {
        String said = execute("human-monitor-command", Map.of("command-line", line))
                .asText()
                .strip();
        if (!said.isEmpty()) {
            throw new IOException("monitor " + socket + ": expected " + line + " to print nothing, found " + said);
        }
    }

    /// Hands over the events that QEMU has said until now.
    public void readEvents() throws IOException {
        execute("query-name", Map.of());
    }

    private JsonNode next() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        while (true) {
            while (read.hasRemaining()) {
                byte each = read.get();
                if (each == '\n') {
                    return MAPPER.readTree(line.toByteArray());
                }
                line.write(each);
            }
            fill();
        }
    }

    private void fill() throws IOException {
        if (selector.select(ANSWER_MAX.toMillis()) == 0) {
            throw new IOException("monitor " + socket + ": expected an answer within " + ANSWER_MAX + ", found none");
        }
        selector.selectedKeys().clear();
        read.clear();
        int count = channel.read(read);
        read.flip();
        if (count < 0) {
            throw new IOException("monitor " + socket + ": expected an answer, found that QEMU has closed it");
        }
    }

    @Override
    public void close() throws IOException {
        try (channel;
                selector) {
            // both, whatever the other one does
        }
    }
}
