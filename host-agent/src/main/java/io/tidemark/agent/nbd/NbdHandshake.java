package io.tidemark.agent.nbd;

import java.io.IOException;
import java.nio.ByteBuffer;

/// First phase: NBD specification, "Fixed newstyle negotiation".
final class NbdHandshake {
    static final long OPTION_MAGIC = 0x49484156454F5054L;
    private static final long MAGIC = 0x4e42444d41474943L;
    private static final int FIXED_NEWSTYLE = 1;

    private NbdHandshake() {}

    static void greet(NbdWire wire) throws IOException {
        ByteBuffer hello = wire.read(18);
        long magic = hello.getLong();
        NbdWire.expect("magic", magic == MAGIC, Long.toHexString(MAGIC), Long.toHexString(magic));
        long style = hello.getLong();
        int flags = hello.getShort();
        if (style != OPTION_MAGIC || (flags & FIXED_NEWSTYLE) == 0) {
            throw new NbdUnsupportedException("NBD server: expected fixed newstyle, found flags " + flags);
        }
        wire.write(ByteBuffer.allocate(4).putInt(FIXED_NEWSTYLE).flip());
    }
}
