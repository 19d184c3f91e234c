package io.tidemark.agent.qcow2;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// An image with clusters of 512 bytes, as small as one can be: its header, extensions and bitmaps, and nothing of
/// the guest's. A test then breaks what it likes at the places that are named here.
///
/// A bitmap's data begins in the cluster behind its table, of one cluster.
final class WrittenImage {
    static final int CLUSTER = 512;
    static final int DIRECTORY_AT = CLUSTER;
    static final int TABLE_AT = 2 * CLUSTER;
    static final int DATA_AT = 3 * CLUSTER;
    static final int EXTENSION_AT = 104;
    static final int VERSION_AT = 4;
    static final int BACKING_AT = 8;
    static final int CLUSTER_BITS_AT = 20;
    static final int SIZE_AT = 24;
    static final int INCOMPATIBLE_AT = 72;
    static final int AUTOCLEAR_AT = 88;
    static final int HEADER_LENGTH_AT = 100;
    static final int FLAGS_AT = DIRECTORY_AT + 12;
    private static final int BITS_OF_CLUSTER = CLUSTER * 8;

    private final ByteBuffer bytes = ByteBuffer.allocate(16 * CLUSTER);
    private int end = DATA_AT;

    /// One bitmap `b`, with granules of 64 KiB, that is closed and records.
    ///
    /// @param entries of the bitmap's table; `-1` becomes a cluster, which is the next
    WrittenImage(long virtualSizeBytes, long... entries) {
        bytes.putInt(0, 0x514649fb).putInt(VERSION_AT, 3).putInt(CLUSTER_BITS_AT, 9);
        bytes.putLong(SIZE_AT, virtualSizeBytes).putLong(AUTOCLEAR_AT, 1).putInt(HEADER_LENGTH_AT, EXTENSION_AT);
        bytes.putInt(EXTENSION_AT, 0x23852875).putInt(EXTENSION_AT + 4, 24).putInt(EXTENSION_AT + 8, 1);
        bytes.putLong(EXTENSION_AT + 16, 32).putLong(EXTENSION_AT + 24, DIRECTORY_AT);
        bytes.putLong(DIRECTORY_AT, TABLE_AT).putInt(DIRECTORY_AT + 8, entries.length);
        bytes.putInt(FLAGS_AT, 2).put(FLAGS_AT + 4, (byte) 1).put(FLAGS_AT + 5, (byte) 16);
        bytes.putShort(FLAGS_AT + 6, (short) 1).put(DIRECTORY_AT + 24, (byte) 'b');
        for (int index = 0; index < entries.length; index++) {
            bytes.putLong(TABLE_AT + index * Long.BYTES, entries[index] < 0 ? cluster() : entries[index]);
        }
    }

    private long cluster() {
        int at = end;
        end += CLUSTER;
        return at;
    }

    /// Sets bits of the first cluster of data and those behind it.
    WrittenImage dirty(int... bits) {
        for (int bit : bits) {
            int at = DATA_AT + bit / BITS_OF_CLUSTER * CLUSTER + bit % BITS_OF_CLUSTER / 8;
            bytes.put(at, (byte) (bytes.get(at) | 1 << bit % 8));
        }
        return this;
    }

    /// Has the image stand on another one.
    WrittenImage on(String backing, String format) {
        int extension = EXTENSION_AT + 32;
        byte[] ofFormat = format.getBytes(StandardCharsets.UTF_8);
        bytes.putInt(extension, 0xe2792aca).putInt(extension + 4, ofFormat.length);
        bytes.put(extension + 8, ofFormat);
        byte[] name = backing.getBytes(StandardCharsets.UTF_8);
        bytes.putLong(BACKING_AT, CLUSTER - name.length).putInt(16, name.length);
        bytes.put(CLUSTER - name.length, name);
        return this;
    }

    WrittenImage with(int at, int number) {
        bytes.putInt(at, number);
        return this;
    }

    WrittenImage with(int at, long number) {
        bytes.putLong(at, number);
        return this;
    }

    byte[] bytes() {
        byte[] image = new byte[end];
        bytes.get(0, image);
        return image;
    }

    Path in(Path folder) throws IOException {
        return Files.write(folder.resolve("image.qcow2"), bytes());
    }

    /// Runs as `first-last` in KiB, both inclusive.
    static List<String> kibibytes(DirtyRuns runs) throws IOException {
        List<String> found = new ArrayList<>();
        while (runs.advance()) {
            found.add(runs.offset() / 1024 + "-" + (runs.end() - 1) / 1024);
        }
        return found;
    }
}
