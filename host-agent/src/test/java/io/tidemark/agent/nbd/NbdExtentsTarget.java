package io.tidemark.agent.nbd;

import io.tidemark.agent.fuzz.FuzzTarget;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/// What a server answers to a question for the extents of a range, and to two writes after it.
public final class NbdExtentsTarget implements FuzzTarget {
    private static final int CONTEXT = 77;
    private static final long START = 4096;
    private static final long LENGTH = 1 << 20;
    private static final int STATUS = 5;
    /// Has flags, can flush, can write zeros.
    private static final int EXPORT_FLAGS = 0x45;

    @Override
    public String name() {
        return "nbd-extents";
    }

    @Override
    public List<byte[]> seeds() {
        ByteBuffer atOnce = ByteBuffer.allocate(4096);
        extents(atOnce, NbdReplies.DONE, 1, (int) LENGTH);
        simple(atOnce, 1);
        simple(atOnce, 2);
        ByteBuffer twice = ByteBuffer.allocate(4096);
        extents(twice, 0, 1, 4096);
        NbdReplies.chunk(twice, NbdReplies.DONE, 0, 1, 0);
        extents(twice, NbdReplies.DONE, 2, (int) LENGTH);
        NbdReplies.chunk(twice, NbdReplies.DONE, 0, 2, 0);
        NbdReplies.chunk(twice, NbdReplies.DONE, 0, 1, 0);
        return List.of(NbdReplies.written(atOnce), NbdReplies.written(twice));
    }

    private static void extents(ByteBuffer out, int flags, long cookie, int first) {
        NbdReplies.chunk(out, flags, STATUS, cookie, Integer.BYTES + 4 * Integer.BYTES)
                .putInt(CONTEXT)
                .putInt(first / 2)
                .putInt(0)
                .putInt(first - first / 2)
                .putInt(1);
    }

    private static void simple(ByteBuffer out, long cookie) {
        out.putInt(0x67446698).putInt(0).putLong(cookie);
    }

    @Override
    public boolean isTaken(byte[] bytes) {
        return NbdReplies.areTaken(bytes, NbdExtentsTarget::ask);
    }

    private static void ask(NbdWire wire) throws IOException {
        AtomicLong at = new AtomicLong(START);
        new NbdTransmission(wire).status(CONTEXT, START, LENGTH, (offset, length, _) -> {
            if (length < 1 || !at.compareAndSet(offset, offset + length)) {
                throw new IllegalStateException("after " + at + " an extent at " + offset + " of " + length);
            }
        });
        if (at.get() != START + LENGTH) {
            throw new IllegalStateException("taken up to " + at);
        }
        NbdWrites writes = new NbdWrites(wire, EXPORT_FLAGS);
        writes.write(0, ByteBuffer.allocate(512));
        writes.zero(4096, 4096);
        writes.drain();
    }
}
