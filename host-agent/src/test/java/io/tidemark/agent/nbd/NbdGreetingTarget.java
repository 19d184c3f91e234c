package io.tidemark.agent.nbd;

import io.tidemark.agent.fuzz.FuzzTarget;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// What a server says until the transmission begins.
public final class NbdGreetingTarget implements FuzzTarget {
    private static final String CONTEXT = "base:allocation";
    private static final int STRUCTURED_REPLY = 8;
    private static final int SET_META_CONTEXT = 10;
    private static final int GO = 7;
    private static final int ACK = 1;
    private static final int INFO = 3;
    private static final int META_CONTEXT = 4;

    @Override
    public String name() {
        return "nbd-greeting";
    }

    @Override
    public List<byte[]> seeds() {
        ByteBuffer out = ByteBuffer.allocate(4096);
        out.putLong(0x4e42444d41474943L).putLong(NbdHandshake.OPTION_MAGIC).putShort((short) 3);
        reply(out, STRUCTURED_REPLY, ACK, 0);
        byte[] context = CONTEXT.getBytes(StandardCharsets.UTF_8);
        reply(out, SET_META_CONTEXT, META_CONTEXT, Integer.BYTES + context.length)
                .putInt(77)
                .put(context);
        reply(out, SET_META_CONTEXT, ACK, 0);
        reply(out, GO, INFO, 14).putShort((short) 3).putInt(1).putInt(4096).putInt(1 << 20);
        reply(out, GO, INFO, 12).putShort((short) 0).putLong(1 << 30).putShort((short) 0x47);
        reply(out, GO, ACK, 0);
        return List.of(NbdReplies.written(out));
    }

    private static ByteBuffer reply(ByteBuffer out, int option, int type, int length) {
        return out.putLong(0x3e889045565a9L).putInt(option).putInt(type).putInt(length);
    }

    @Override
    public boolean isTaken(byte[] bytes) {
        return NbdReplies.areTaken(bytes, NbdGreetingTarget::negotiate);
    }

    private static void negotiate(NbdWire wire) throws IOException {
        NbdHandshake.greet(wire);
        NbdOptions.Export export = new NbdOptions(wire).negotiate("disk", List.of(CONTEXT));
        if (export.size() < 0 || !export.contexts().containsKey(CONTEXT)) {
            throw new IllegalStateException("taken as " + export);
        }
    }
}
