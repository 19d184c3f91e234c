package io.tidemark.bench.guest;

import io.tidemark.bench.DataSet;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;

/// Overwrites three quarters of a disk, so that an increment has much to copy. What it writes compresses as the
/// data set does, and no granule of 64 KiB is ever the same as another.
final class Dirt {
    static final double SHARE = 0.75;
    private static final int PIECES = 16;
    /// One piece of so many is left out, and another one the next time.
    private static final int LEFT_OUT_OF = 4;

    private final Path file;
    private final byte[] piece;
    private final SplittableRandom random;
    private int times;

    private Dirt(Path file, byte[] piece, long seed) {
        this.file = file;
        this.piece = piece;
        this.random = new SplittableRandom(seed);
    }

    /// @param folder where what is to be written lies for QEMU to read
    /// @param disk a multiple of 32 MiB
    static Dirt of(DataSet disk, Path folder) throws IOException {
        long bytes = disk.virtualBytes() / PIECES;
        Path file = folder.resolve("dirt");
        new DataSet(disk.seed(), bytes, bytes).write(file);
        return new Dirt(file, Files.readAllBytes(file), disk.seed());
    }

    void writeTo(WatchedDomain domain) throws IOException {
        times++;
        for (int number = 0; number < PIECES; number++) {
            if ((number + times) % LEFT_OUT_OF != 0) {
                mark();
                Files.write(file, piece);
                domain.write(file, (long) number * piece.length, piece.length);
            }
        }
    }

    private void mark() {
        ByteBuffer bytes = ByteBuffer.wrap(piece);
        for (int offset = 0; offset < piece.length; offset += Injector.GRANULE_BYTES) {
            bytes.putLong(offset, random.nextLong());
        }
    }
}
