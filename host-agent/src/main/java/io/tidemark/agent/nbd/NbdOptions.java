package io.tidemark.agent.nbd;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Second phase: NBD specification, "Option types"; ends in transmission.
final class NbdOptions {
    private static final long REPLY_MAGIC = 0x3e889045565a9L;
    private static final int GO = 7;
    private static final int STRUCTURED_REPLY = 8;
    private static final int SET_META_CONTEXT = 10;
    private static final int REP_ACK = 1;
    private static final int REP_INFO = 3;
    private static final int REP_META_CONTEXT = 4;
    private static final int REPLY_BYTES_MAX = 8192;
    private static final int REPLIES_MAX = 64;

    private final NbdWire wire;
    private final Map<String, Integer> contexts = new HashMap<>();
    private long size = -1;
    private int flags;

    NbdOptions(NbdWire wire) {
        this.wire = wire;
    }

    /// Size in bytes, transmission flags, and the ids of the contexts that were granted.
    record Export(long size, int flags, Map<String, Integer> contexts) {}

    Export negotiate(String export, List<String> wanted) throws IOException {
        byte[] name = export.getBytes(StandardCharsets.UTF_8);
        option(STRUCTURED_REPLY, ByteBuffer.allocate(0));
        if (!wanted.isEmpty()) {
            option(SET_META_CONTEXT, contextQuery(name, wanted));
        }
        for (String context : wanted) {
            if (!contexts.containsKey(context)) {
                throw new NbdUnsupportedException("NBD export " + export + ": expected " + context + ", found none");
            }
        }
        option(
                GO,
                ByteBuffer.allocate(6 + name.length)
                        .putInt(name.length)
                        .put(name)
                        .putShort((short) 0)
                        .flip());
        NbdWire.expect("export size", size >= 0, "0 or more bytes", size);
        return new Export(size, flags, Map.copyOf(contexts));
    }

    private static ByteBuffer contextQuery(byte[] name, List<String> wanted) {
        List<byte[]> queries = wanted.stream()
                .map(query -> query.getBytes(StandardCharsets.UTF_8))
                .toList();
        int length = 8
                + name.length
                + queries.stream().mapToInt(query -> 4 + query.length).sum();
        ByteBuffer out =
                ByteBuffer.allocate(length).putInt(name.length).put(name).putInt(queries.size());
        queries.forEach(query -> out.putInt(query.length).put(query));
        return out.flip();
    }

    private void option(int option, ByteBuffer data) throws IOException {
        wire.write(ByteBuffer.allocate(16 + data.remaining())
                .putLong(NbdHandshake.OPTION_MAGIC)
                .putInt(option)
                .putInt(data.remaining())
                .put(data)
                .flip());
        for (int count = 0; count < REPLIES_MAX; count++) {
            if (isLastReply(option)) {
                return;
            }
        }
        throw new NbdProtocolException("NBD option " + option + ": expected at most " + REPLIES_MAX + " replies");
    }

    private boolean isLastReply(int option) throws IOException {
        ByteBuffer head = wire.read(20);
        NbdWire.expect("option reply magic", head.getLong() == REPLY_MAGIC, Long.toHexString(REPLY_MAGIC), "other");
        int echoed = head.getInt();
        NbdWire.expect("option in reply", echoed == option, option, echoed);
        int type = head.getInt();
        ByteBuffer data = wire.read(NbdWire.length("option reply", head.getInt(), 0, REPLY_BYTES_MAX));
        if (type < 0) {
            throw new NbdUnsupportedException("NBD option " + option + ": refused with " + Integer.toHexString(type));
        }
        if (type == REP_META_CONTEXT && option == SET_META_CONTEXT) {
            NbdWire.length("meta context", data.remaining(), 5, REPLY_BYTES_MAX);
            int id = data.getInt();
            contexts.put(StandardCharsets.UTF_8.decode(data).toString(), id);
        } else if (type == REP_INFO && option == GO) {
            NbdWire.length("info", data.remaining(), 2, REPLY_BYTES_MAX);
            if (data.getShort() == 0) {
                NbdWire.length("export info", data.remaining(), 10, 10);
                size = data.getLong();
                flags = Short.toUnsignedInt(data.getShort());
            }
        } else {
            NbdWire.expect("reply type to option " + option, type == REP_ACK, REP_ACK, type);
        }
        return type == REP_ACK;
    }
}
