package io.tidemark.agent.qcow2;

import io.tidemark.agent.qcow2.Qcow2Header.Directory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Reads the directory of an image's bitmaps. An entry that is not as the format says is an error of the whole
/// directory, as it is to QEMU, which takes some of these for more than is looked at here. Source: QEMU,
/// `docs/interop/qcow2.rst`, "Bitmap directory".
///
/// ```
///  0 table offset 8 · 8 table entries 4 · 12 flags 4 · 16 type 1 · 17 granularity bits 1 · 18 name size 2
///  20 extra data size 4 · extra data · name · padding to whole 8 bytes
/// ```
final class BitmapDirectory {
    private static final int ENTRY_BYTES = 24;
    private static final int NAME_BYTES_MAX = 1023;
    private static final int DIRTY_TRACKING = 1;
    /// QEMU takes no others.
    private static final int GRANULARITY_BITS_MIN = 9;

    private static final int GRANULARITY_BITS_MAX = 31;
    private static final int IN_USE = 1;
    private static final int AUTO = 2;
    private static final int EXTRA_DATA_COMPATIBLE = 4;
    private static final int RESERVED = ~(IN_USE | AUTO | EXTRA_DATA_COMPATIBLE);

    private final ImageBytes bytes;
    private final int clusterBytes;

    private BitmapDirectory(ImageBytes bytes, int clusterBytes) {
        this.bytes = bytes;
        this.clusterBytes = clusterBytes;
    }

    static List<Qcow2Bitmap> read(ImageBytes bytes, int clusterBytes, Directory directory) throws IOException {
        return new BitmapDirectory(bytes, clusterBytes).read(directory);
    }

    private List<Qcow2Bitmap> read(Directory directory) throws IOException {
        ByteBuffer entries = bytes.read("bitmap directory", directory.offset(), directory.sizeBytes());
        List<Qcow2Bitmap> found = new ArrayList<>();
        Set<String> names = new HashSet<>();
        while (entries.hasRemaining()) {
            Qcow2Bitmap bitmap = entry(entries);
            if (!names.add(bitmap.name())) {
                throw bytes.malformed("bitmap directory", "each name once", bitmap.name() + " again");
            }
            found.add(bitmap);
        }
        if (found.size() != directory.count()) {
            throw bytes.malformed("bitmap directory", directory.count() + " bitmaps", found.size());
        }
        return List.copyOf(found);
    }

    private Qcow2Bitmap entry(ByteBuffer entries) throws Qcow2Exception {
        int at = entries.position();
        if (entries.remaining() < ENTRY_BYTES) {
            throw bytes.malformed("bitmap entry at " + at, ENTRY_BYTES + " bytes", entries.remaining());
        }
        long tableOffset = entries.getLong();
        long tableEntries = Integer.toUnsignedLong(entries.getInt());
        int flags = entries.getInt();
        int type = Byte.toUnsignedInt(entries.get());
        int granularityBits = Byte.toUnsignedInt(entries.get());
        int nameBytes = Short.toUnsignedInt(entries.getShort());
        long extraBytes = Integer.toUnsignedLong(entries.getInt());
        if (tableOffset <= 0 || tableOffset % clusterBytes != 0 || tableEntries == 0) {
            throw bytes.malformed(
                    "table of the bitmap at " + at, "whole clusters", tableEntries + " entries at " + tableOffset);
        }
        if (granularityBits < GRANULARITY_BITS_MIN || granularityBits > GRANULARITY_BITS_MAX) {
            throw bytes.malformed(
                    "granularity bits of the bitmap at " + at,
                    GRANULARITY_BITS_MIN + " to " + GRANULARITY_BITS_MAX,
                    granularityBits);
        }
        requireKnown(at, flags, type, extraBytes);
        String name = name(entries, at, nameBytes);
        return new Qcow2Bitmap(
                name, 1L << granularityBits, (flags & IN_USE) != 0, (flags & AUTO) != 0, tableOffset, tableEntries);
    }

    /// No extra data is defined, and who does not know them may need to leave the bitmap alone.
    private void requireKnown(int at, int flags, int type, long extraBytes) throws Qcow2Exception {
        if ((flags & RESERVED) != 0) {
            throw bytes.malformed("flags of the bitmap at " + at, "bits 0 to 2", "0x" + Integer.toHexString(flags));
        }
        if (type != DIRTY_TRACKING || extraBytes != 0) {
            throw bytes.unsupported(
                    "bitmap at " + at,
                    "type " + DIRTY_TRACKING + " without extra data",
                    "type " + type + " with " + extraBytes + " bytes");
        }
    }

    private String name(ByteBuffer entries, int at, int nameBytes) throws Qcow2Exception {
        int paddedBytes = Math.ceilDiv(nameBytes, 8) * 8;
        if (nameBytes < 1 || nameBytes > NAME_BYTES_MAX || paddedBytes > entries.remaining()) {
            throw bytes.malformed(
                    "length of the bitmap's name at " + at,
                    "1 to " + NAME_BYTES_MAX + " within the directory",
                    nameBytes);
        }
        ByteBuffer name = entries.slice(entries.position(), nameBytes);
        entries.position(entries.position() + paddedBytes);
        return StandardCharsets.UTF_8.decode(name).toString();
    }
}
