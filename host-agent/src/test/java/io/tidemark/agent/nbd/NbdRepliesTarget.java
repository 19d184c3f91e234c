package io.tidemark.agent.nbd;

import io.tidemark.agent.extent.Extent;
import io.tidemark.agent.extent.ExtentMap;
import io.tidemark.agent.fuzz.FuzzTarget;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/// What a server answers to three reads, after which it says no more.
public final class NbdRepliesTarget implements FuzzTarget {
    private static final int LENGTH_BYTES = 512;
    private static final ExtentMap WANTED = new ExtentMap(List.of(
            new Extent(0, LENGTH_BYTES, 0), new Extent(4096, LENGTH_BYTES, 0), new Extent(8192, LENGTH_BYTES, 0)));

    @Override
    public String name() {
        return "nbd-replies";
    }

    @Override
    public List<byte[]> seeds() {
        ByteBuffer inOrder = ByteBuffer.allocate(4096);
        data(inOrder, NbdReplies.DONE, 1, 0, LENGTH_BYTES);
        hole(inOrder, 2, 4096);
        data(inOrder, NbdReplies.DONE, 3, 8192, LENGTH_BYTES);
        ByteBuffer inParts = ByteBuffer.allocate(4096);
        data(inParts, 0, 3, 8192, 100);
        data(inParts, NbdReplies.DONE, 1, 0, LENGTH_BYTES);
        data(inParts, NbdReplies.DONE, 3, 8292, LENGTH_BYTES - 100);
        hole(inParts, 2, 4096);
        return List.of(NbdReplies.written(inOrder), NbdReplies.written(inParts));
    }

    private static void data(ByteBuffer out, int flags, long cookie, long offset, int length) {
        NbdReplies.chunk(out, flags, 1, cookie, Long.BYTES + length)
                .putLong(offset)
                .put(new byte[length]);
    }

    private static void hole(ByteBuffer out, long cookie, long offset) {
        NbdReplies.chunk(out, NbdReplies.DONE, 2, cookie, Long.BYTES + Integer.BYTES)
                .putLong(offset)
                .putInt(LENGTH_BYTES);
    }

    @Override
    public boolean isTaken(byte[] bytes) {
        return NbdReplies.areTaken(bytes, NbdRepliesTarget::read);
    }

    private static void read(NbdWire wire) throws IOException {
        Counted counted = new Counted();
        new NbdTransmission(wire).read(WANTED, counted);
        if (counted.bytes != WANTED.totalBytes()) {
            throw new IllegalStateException("taken with " + counted.bytes + " bytes");
        }
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
