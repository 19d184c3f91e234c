package io.tidemark.agent.qcow2;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.BitSet;

/// The runs of a bitmap as they are read from the image, a window at a time, so that memory does not grow with the
/// disk. Source: QEMU, `docs/interop/qcow2.rst`, "Bitmap table" and "Bitmap data".
///
/// An entry of the table stands for a cluster of bits: bits 9 to 55 are its offset in the file; without an offset
/// bit 0 says whether all of them are set. Bits 1 to 8 and 56 to 63 are zero, bit 0 too where there is an offset.
/// Within a byte the lowest bit comes first.
///
/// Fields that are not final are the window and the run that it stands at.
final class StoredRuns implements DirtyRuns {
    private static final long OFFSET = 0x00ff_ffff_ffff_fe00L;
    private static final long ALL_SET = 1;
    private static final int WINDOW_BYTES_MAX = 64 << 10;
    private static final int ENTRIES_AT_ONCE = 4096;
    /// Of a disk of 128 TiB with granules of 64 KiB.
    private static final long BITS_MAX = 1L << 31;

    private final ImageBytes bytes;
    private final Qcow2Header header;
    private final Qcow2Bitmap bitmap;
    private final long bits;
    private final int windowBytes;
    private final int windowBits;

    private long windowNumber = -1;
    private BitSet window = new BitSet();
    private long entriesFrom;
    private ByteBuffer entries = ByteBuffer.allocate(0);
    private long firstBit;
    private long endBit;

    StoredRuns(ImageBytes bytes, Qcow2Header header, Qcow2Bitmap bitmap) throws Qcow2Exception {
        this.bytes = bytes;
        this.header = header;
        this.bitmap = bitmap;
        this.bits = Math.ceilDiv(header.virtualSizeBytes(), bitmap.granularityBytes());
        this.windowBytes = Math.min(header.clusterBytes(), WINDOW_BYTES_MAX);
        this.windowBits = windowBytes * Byte.SIZE;
        if (bits > BITS_MAX) {
            throw bytes.unsupported("bits of bitmap " + bitmap.name(), "at most " + BITS_MAX, bits);
        }
        if (bitmap.tableEntries() < entriesNeeded()) {
            throw bytes.malformed(
                    "table of bitmap " + bitmap.name(),
                    entriesNeeded() + " entries for " + bits + " bits",
                    bitmap.tableEntries());
        }
    }

    private long entriesNeeded() {
        return Math.ceilDiv(bits, (long) header.clusterBytes() * Byte.SIZE);
    }

    @Override
    public boolean advance() throws IOException {
        firstBit = next(endBit, true);
        endBit = next(firstBit, false);
        return firstBit < bits;
    }

    @Override
    public long offset() {
        return firstBit * bitmap.granularityBytes();
    }

    @Override
    public long end() {
        // the last granule ends with the disk
        return endBit == bits ? header.virtualSizeBytes() : endBit * bitmap.granularityBytes();
    }

    /// The first bit from `from` on that is set, or is not; the count of bits if there is none.
    private long next(long from, boolean isSet) throws IOException {
        long at = from;
        while (at < bits) {
            long number = at / windowBits;
            load(number);
            int within = (int) (at % windowBits);
            int found = isSet ? window.nextSetBit(within) : window.nextClearBit(within);
            if (found >= 0 && found < windowBits) {
                return Math.min(bits, number * windowBits + found);
            }
            at = (number + 1) * windowBits;
        }
        return bits;
    }

    private void load(long number) throws IOException {
        if (number == windowNumber) {
            return;
        }
        long dataOffset = number * windowBytes;
        long entry = entry(dataOffset / header.clusterBytes());
        if ((entry & OFFSET) == 0) {
            window = new BitSet();
            window.set(0, windowBits, entry == ALL_SET);
        } else {
            long dataBytes = Math.ceilDiv(bits, Byte.SIZE);
            window = BitSet.valueOf(
                    bytes.read("data of bitmap " + bitmap.name(), entry + dataOffset % header.clusterBytes(), (int)
                            Math.min(windowBytes, dataBytes - dataOffset)));
        }
        windowNumber = number;
    }

    private long entry(long index) throws IOException {
        if (index < entriesFrom || index >= entriesFrom + entries.limit() / Long.BYTES) {
            int count = (int) Math.min(ENTRIES_AT_ONCE, entriesNeeded() - index);
            entries = bytes.read(
                    "table of bitmap " + bitmap.name(), bitmap.tableOffset() + index * Long.BYTES, count * Long.BYTES);
            entriesFrom = index;
        }
        long entry = entries.getLong((int) (index - entriesFrom) * Long.BYTES);
        boolean isPlaced = (entry & OFFSET) != 0;
        if ((entry & ~OFFSET & ~ALL_SET) != 0 || (isPlaced && entry % header.clusterBytes() != 0)) {
            throw bytes.malformed(
                    "entry " + index + " of the table of bitmap " + bitmap.name(),
                    "0, 1 or the offset of a cluster",
                    "0x" + Long.toHexString(entry));
        }
        return entry;
    }
}
