package io.tidemark.agent.repository.blob;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;

/// The bytes of a file, and those of them that last. Used under the lock of its [MemoryFolders].
final class MemoryContent {
    private static final int SECTOR_BYTES = 512;
    private static final int PAGE_BYTES = 4096;

    private byte[] bytes = new byte[0];
    private int size;
    private byte[] lasting = new byte[0];
    private boolean isClean = true;
    private boolean isSpoilt;

    int size() {
        return size;
    }

    void write(ByteBuffer from, int at) {
        int end = at + from.remaining();
        if (end > bytes.length || isClean) {
            bytes = Arrays.copyOf(bytes, Math.max(end, end > bytes.length ? 2 * bytes.length : bytes.length));
        }
        from.get(bytes, at, end - at);
        size = Math.max(size, end);
        isClean = false;
    }

    void read(ByteBuffer into, int at, int length) {
        into.put(bytes, at, length);
    }

    void force() {
        if (!isClean && !isSpoilt) {
            bytes = Arrays.copyOf(bytes, size);
            lasting = bytes;
            isClean = true;
        }
    }

    /// The kernel tells a failure once and takes what it could not write for written: a later force that succeeds
    /// makes none of it last.
    void failForce() {
        isSpoilt |= !isClean;
    }

    /// What is there after the power was lost: all, nothing or some sectors or pages of what was not forced.
    MemoryContent lost(Random random) {
        byte[] kept = switch (isClean ? 0 : random.nextInt(4)) {
            case 0 -> lasting;
            case 1 -> Arrays.copyOf(bytes, size);
            case 2 -> torn(random, SECTOR_BYTES);
            default -> torn(random, PAGE_BYTES);
        };
        MemoryContent after = new MemoryContent();
        after.bytes = kept;
        after.size = kept.length;
        after.lasting = kept;
        return after;
    }

    private byte[] torn(Random random, int unitBytes) {
        byte[] kept = Arrays.copyOf(lasting, random.nextBoolean() ? size : random.nextInt(lasting.length, size + 1));
        for (int at = 0; at < kept.length; at += unitBytes) {
            if (random.nextBoolean()) {
                System.arraycopy(bytes, at, kept, at, Math.min(unitBytes, kept.length - at));
            }
        }
        return kept;
    }
}
