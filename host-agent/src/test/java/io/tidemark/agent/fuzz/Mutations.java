package io.tidemark.agent.fuzz;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/// Bytes that are nearly those of a seed.
final class Mutations {
    private static final int CHANGES_MAX = 4;
    private static final int PIECE_BYTES_MAX = 64;
    private static final int[] NUMBERS = {
        0, 1, -1, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 0x10000, Integer.MAX_VALUE, Integer.MIN_VALUE
    };

    private final List<byte[]> seeds;
    private final Random random;

    Mutations(List<byte[]> seeds, long seed) {
        this.seeds = seeds;
        this.random = new Random(seed);
    }

    byte[] next() {
        byte[] bytes = any().clone();
        int changes = 1 + random.nextInt(CHANGES_MAX);
        for (int change = 0; change < changes; change++) {
            bytes = changed(bytes);
        }
        return bytes;
    }

    private byte[] any() {
        return seeds.get(random.nextInt(seeds.size()));
    }

    private byte[] changed(byte[] bytes) {
        int at = random.nextInt(bytes.length + 1);
        return switch (random.nextInt(6)) {
            case 0 -> replaced(bytes, at, 0, noise());
            case 1 -> replaced(bytes, at, random.nextInt(PIECE_BYTES_MAX), new byte[0]);
            case 2 -> replaced(bytes, at, 1, new byte[] {(byte) random.nextInt()});
            case 3 -> replaced(bytes, at, Integer.BYTES, number());
            case 4 -> replaced(bytes, at, Short.BYTES, new byte[] {(byte) random.nextInt(2), (byte) random.nextInt()});
            default -> replaced(bytes, at, 0, piece(any()));
        };
    }

    private byte[] noise() {
        byte[] noise = new byte[random.nextInt(PIECE_BYTES_MAX)];
        random.nextBytes(noise);
        return noise;
    }

    private byte[] number() {
        return ByteBuffer.allocate(Integer.BYTES)
                .putInt(NUMBERS[random.nextInt(NUMBERS.length)])
                .array();
    }

    private byte[] piece(byte[] bytes) {
        int from = random.nextInt(bytes.length + 1);
        return Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + random.nextInt(PIECE_BYTES_MAX)));
    }

    /// The same bytes with others in the place of `count` from `at` on, or of as many as there are.
    private static byte[] replaced(byte[] bytes, int at, int count, byte[] others) {
        int end = Math.min(bytes.length, at + count);
        return ByteBuffer.allocate(at + others.length + bytes.length - end)
                .put(bytes, 0, at)
                .put(others)
                .put(bytes, end, bytes.length - end)
                .array();
    }
}
