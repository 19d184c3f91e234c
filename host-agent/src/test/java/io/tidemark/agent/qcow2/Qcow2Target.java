package io.tidemark.agent.qcow2;

import io.tidemark.agent.fuzz.FuzzTarget;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.List;

/// An image that anybody may have given to a domain.
public final class Qcow2Target implements FuzzTarget {
    /// More than any image asks for that is taken, with what is read of it at once.
    private static final long MEMORY_BYTES_MAX = 4 << 20;

    @Override
    public String name() {
        return "qcow2";
    }

    @Override
    public List<byte[]> seeds() {
        return List.of(
                new WrittenImage(1 << 20, -1).dirty(0, 7, 15).bytes(),
                new WrittenImage((1 << 30) - 512, 0, 1, -1, -1)
                        .dirty(1, 2, 5000)
                        .bytes(),
                new WrittenImage(1 << 20, 1).on("base.qcow2", "qcow2").bytes());
    }

    @Override
    public boolean isTaken(byte[] bytes) {
        try (var image = new Qcow2Image(new ImageBytes("fuzzed", new Counted(bytes)), () -> {})) {
            for (Qcow2Bitmap bitmap : image.bitmaps()) {
                requireOrder(image.dirty(bitmap), image.header().virtualSizeBytes());
            }
            return true;
        } catch (Qcow2Exception refused) {
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void requireOrder(DirtyRuns runs, long sizeBytes) throws IOException {
        long last = -1;
        while (runs.advance()) {
            if (runs.offset() <= last || runs.end() <= runs.offset() || runs.end() > sizeBytes) {
                throw new IllegalStateException(
                        "after " + last + " of " + sizeBytes + ": " + runs.offset() + " to " + runs.end());
            }
            last = runs.end();
        }
    }

    /// Notices what is asked for at once.
    private static final class Counted implements ImageBytes.Content {
        private final byte[] bytes;

        private Counted(byte[] bytes) {
            this.bytes = bytes;
        }

        @Override
        public long sizeBytes() {
            return bytes.length;
        }

        @Override
        public void read(ByteBuffer into, long offset) {
            if (into.capacity() > MEMORY_BYTES_MAX) {
                throw new IllegalStateException("read of " + into.capacity() + " bytes at once");
            }
            into.put(bytes, (int) offset, into.remaining());
        }
    }
}
