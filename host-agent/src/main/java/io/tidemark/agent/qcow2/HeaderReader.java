package io.tidemark.agent.qcow2;

import io.tidemark.agent.qcow2.Qcow2Header.Backing;
import io.tidemark.agent.qcow2.Qcow2Header.Directory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// Reads the first cluster of an image: the header, and behind it the extensions, which end before the name of the
/// backing file or with the cluster. Each extension is a type and a length of 4 bytes each, and the data, padded to
/// whole 8 bytes; type 0 ends them. Source: QEMU, `docs/interop/qcow2.rst`, "Header" and "Header extensions".
///
/// ```
///  0 magic 4 · 4 version 4 · 8 backing offset 8 · 16 backing size 4 · 20 cluster bits 4 · 24 virtual size 8
///  … 72 incompatible features 8 · 80 compatible 8 · 88 autoclear 8 · 96 refcount order 4 · 100 header length 4
/// ```
final class HeaderReader {
    private static final int MAGIC = 0x514649fb;
    private static final int V2_BYTES = 72;
    private static final int V3_BYTES = 104;
    private static final int CLUSTER_BITS_MIN = 9;
    /// QEMU reads no larger clusters.
    private static final int CLUSTER_BITS_MAX = 21;

    private static final int NAME_BYTES_MAX = 1023;

    /// Incompatible: any structure may be damaged.
    private static final long CORRUPT = 1L << 1;

    private static final long EXTERNAL_DATA_FILE = 1L << 2;
    /// Incompatible bits that are known: dirty refcounts, corrupt, external data file, compression type, extended
    /// L2 entries.
    private static final long INCOMPATIBLE = 0x1f;
    /// Autoclear: who last wrote to the image has kept its bitmaps.
    private static final long BITMAPS_ARE_VALID = 1L;

    private static final int END = 0;
    private static final int BACKING_FORMAT = 0xe2792aca;
    private static final int BITMAPS = 0x23852875;
    private static final int BITMAPS_BYTES = 24;
    private static final int EXTENSION_BYTES = 8;
    /// There are five types.
    private static final int EXTENSIONS_MAX = 64;

    private static final int BITMAPS_MAX = 65_535;
    /// More than 900 bitmaps with the longest names.
    private static final int DIRECTORY_BYTES_MAX = 1 << 20;

    private final ImageBytes bytes;
    private final ByteBuffer fields;
    private final int version;
    private final int clusterBits;
    private final long backingOffset;
    /// Not final: what the extensions say.
    private Optional<String> backingFormat = Optional.empty();

    private Optional<Directory> directory = Optional.empty();

    private HeaderReader(ImageBytes bytes) throws IOException {
        this.bytes = bytes;
        ByteBuffer first = bytes.read("header", 0, V2_BYTES);
        if (first.getInt(0) != MAGIC) {
            throw bytes.malformed("magic", "QFI\\xfb", Integer.toHexString(first.getInt(0)));
        }
        version = first.getInt(4);
        if (version != 2 && version != 3) {
            throw bytes.unsupported("version", "2 or 3", Integer.toUnsignedString(version));
        }
        fields = version == 2 ? first : bytes.read("header", 0, V3_BYTES);
        clusterBits = fields.getInt(20);
        if (clusterBits < CLUSTER_BITS_MIN || clusterBits > CLUSTER_BITS_MAX) {
            throw bytes.malformed("cluster bits", CLUSTER_BITS_MIN + " to " + CLUSTER_BITS_MAX, clusterBits);
        }
        backingOffset = fields.getLong(8);
        if (backingOffset < 0 || backingOffset > clusterBytes()) {
            throw bytes.malformed("offset of the backing file's name", "in the first cluster", backingOffset);
        }
    }

    static Qcow2Header read(ImageBytes bytes) throws IOException {
        return new HeaderReader(bytes).header();
    }

    private Qcow2Header header() throws IOException {
        long incompatible = version == 2 ? 0 : fields.getLong(72);
        if ((incompatible & ~INCOMPATIBLE) != 0 || (incompatible & CORRUPT) != 0) {
            throw bytes.unsupported(
                    "incompatible features", "none but 0, 2, 3 and 4", "0x" + Long.toHexString(incompatible));
        }
        long virtualSizeBytes = fields.getLong(24);
        if (virtualSizeBytes < 0) {
            throw bytes.malformed("virtual size", "below 2^63", Long.toUnsignedString(virtualSizeBytes));
        }
        readExtensions();
        Optional<Backing> backing = backing();
        boolean areBitmapsValid = version == 3 && (fields.getLong(88) & BITMAPS_ARE_VALID) != 0;
        if (areBitmapsValid && directory.isEmpty()) {
            throw bytes.malformed("bitmaps extension", "one, as its autoclear bit is set", "none");
        }
        return new Qcow2Header(
                version,
                clusterBits,
                virtualSizeBytes,
                backing,
                (incompatible & EXTERNAL_DATA_FILE) != 0,
                areBitmapsValid ? directory : Optional.empty());
    }

    private int clusterBytes() {
        return 1 << clusterBits;
    }

    private long headerBytes() throws Qcow2Exception {
        long length = version == 2 ? V2_BYTES : Integer.toUnsignedLong(fields.getInt(100));
        if (length < fields.limit() || length > clusterBytes() || length % 8 != 0) {
            throw bytes.malformed("header length", fields.limit() + " or more, by 8, in the first cluster", length);
        }
        return length;
    }

    private void readExtensions() throws IOException {
        long at = headerBytes();
        long end = backingOffset == 0 ? clusterBytes() : backingOffset;
        for (int number = 0; at <= end - EXTENSION_BYTES; number++) {
            ByteBuffer start = bytes.read("header extension", at, EXTENSION_BYTES);
            int type = start.getInt();
            long length = Integer.toUnsignedLong(start.getInt());
            if (type == END) {
                return;
            }
            if (number >= EXTENSIONS_MAX) {
                throw bytes.unsupported("header extensions", "at most " + EXTENSIONS_MAX, "more");
            }
            if (length > end - at - EXTENSION_BYTES) {
                throw bytes.malformed("length of the header extension at " + at, "an end at or below " + end, length);
            }
            readExtension(type, at + EXTENSION_BYTES, (int) length);
            at += EXTENSION_BYTES + Math.ceilDiv(length, 8) * 8;
        }
    }

    private void readExtension(int type, long at, int length) throws IOException {
        switch (type) {
            case BACKING_FORMAT -> backingFormat = Optional.of(text("backing format", at, length));
            case BITMAPS -> {
                if (directory.isPresent()) {
                    throw bytes.malformed("bitmaps extension", "one", "another at " + at);
                }
                directory = Optional.of(directory(at, length));
            }
            default -> {
                // says nothing of bitmaps
            }
        }
    }

    private String text(String what, long at, int length) throws IOException {
        if (length > NAME_BYTES_MAX) {
            throw bytes.malformed("length of the " + what, "at most " + NAME_BYTES_MAX, length);
        }
        return StandardCharsets.UTF_8.decode(bytes.read(what, at, length)).toString();
    }

    /// `count 4 · reserved 4 · size 8 · offset 8`.
    private Directory directory(long at, int length) throws IOException {
        if (length != BITMAPS_BYTES) {
            throw bytes.malformed("length of the bitmaps extension", BITMAPS_BYTES, length);
        }
        ByteBuffer extension = bytes.read("bitmaps extension", at, BITMAPS_BYTES);
        int count = extension.getInt(0);
        long size = extension.getLong(8);
        long offset = extension.getLong(16);
        if (count < 1 || count > BITMAPS_MAX || extension.getInt(4) != 0) {
            throw bytes.malformed(
                    "count of bitmaps", "1 to " + BITMAPS_MAX + " and 0", count + " and " + extension.getInt(4));
        }
        if (size < 0 || offset <= 0 || offset % clusterBytes() != 0) {
            throw bytes.malformed("bitmap directory", "a whole number of clusters", size + " bytes at " + offset);
        }
        if (size > DIRECTORY_BYTES_MAX) {
            throw bytes.unsupported("size of the bitmap directory", "at most " + DIRECTORY_BYTES_MAX, size);
        }
        return new Directory(count, offset, (int) size);
    }

    private Optional<Backing> backing() throws IOException {
        if (backingOffset == 0) {
            return Optional.empty();
        }
        long length = Integer.toUnsignedLong(fields.getInt(16));
        if (length < 1 || length > Math.min(NAME_BYTES_MAX, clusterBytes() - backingOffset)) {
            throw bytes.malformed(
                    "length of the backing file's name", "1 to " + NAME_BYTES_MAX + " in the first cluster", length);
        }
        return Optional.of(new Backing(text("name of the backing file", backingOffset, (int) length), backingFormat));
    }
}
