package io.tidemark.bench.repository;

import io.tidemark.agent.repository.Chunks;
import io.tidemark.bench.MachineFiles;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.SequencedSet;
import java.util.SplittableRandom;
import java.util.TreeSet;

/// What a guest writes here and there: 4 to 64 KiB at a time, from multiples of 4 KiB on, half of each write random
/// and the other half out of this machine's files. All follows from the seed, but for the files.
final class ScatteredWrites {
    static final int BLOCK_BYTES = 4096;
    private static final int BLOCKS_MAX = 16;
    private static final int FILLER_BYTES = 16 << 20;

    private final SplittableRandom random;
    private final byte[] filler;

    ScatteredWrites(long seed, byte[] filler) {
        this.random = new SplittableRandom(seed);
        this.filler = filler;
    }

    /// The first of this machine's files, as what writes are filled with.
    static byte[] filler() throws IOException {
        try (InputStream files = new MachineFiles()) {
            return files.readNBytes(FILLER_BYTES);
        }
    }

    /// Changes at least as many bytes of a raw image, one place more than once if it comes so.
    ///
    /// @return the chunks that were touched, in order
    SequencedSet<Long> change(Path image, long bytes) throws IOException {
        SequencedSet<Long> chunks = new TreeSet<>();
        try (FileChannel out = FileChannel.open(image, StandardOpenOption.WRITE)) {
            long blocks = out.size() / BLOCK_BYTES;
            for (long done = 0; done < bytes; ) {
                long block = random.nextLong(blocks);
                int length = (int) Math.min(1 + random.nextInt(BLOCKS_MAX), blocks - block) * BLOCK_BYTES;
                long offset = block * BLOCK_BYTES;
                out.write(ByteBuffer.wrap(piece(length)), offset);
                for (long at = offset / Chunks.SIZE_BYTES; at * Chunks.SIZE_BYTES < offset + length; at++) {
                    chunks.add(at);
                }
                done += length;
            }
        }
        return chunks;
    }

    /// A chunk of the files with one write of 4 KiB in it.
    byte[] changedChunk() {
        byte[] chunk = filled(Chunks.SIZE_BYTES);
        int at = random.nextInt(Chunks.SIZE_BYTES / BLOCK_BYTES) * BLOCK_BYTES;
        System.arraycopy(piece(BLOCK_BYTES), 0, chunk, at, BLOCK_BYTES);
        return chunk;
    }

    private byte[] piece(int length) {
        byte[] piece = filled(length);
        byte[] half = new byte[length / 2];
        random.nextBytes(half);
        System.arraycopy(half, 0, piece, 0, half.length);
        return piece;
    }

    private byte[] filled(int length) {
        byte[] piece = new byte[length];
        System.arraycopy(filler, random.nextInt(filler.length - length), piece, 0, length);
        return piece;
    }
}
