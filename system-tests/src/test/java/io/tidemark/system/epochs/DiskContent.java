package io.tidemark.system.epochs;

import java.util.Arrays;

/// What a disk holds, never changed: what is written makes another one that shares what was not written.
final class DiskContent {
    private static final int CHUNK = 65_536;

    private final byte[][] chunks;
    private final long sizeBytes;

    private DiskContent(byte[][] chunks, long sizeBytes) {
        this.chunks = chunks;
        this.sizeBytes = sizeBytes;
    }

    static DiskContent zero(long sizeBytes) {
        byte[][] chunks = new byte[(int) Math.ceilDiv(sizeBytes, CHUNK)][];
        Arrays.fill(chunks, new byte[CHUNK]);
        return new DiskContent(chunks, sizeBytes);
    }

    long sizeBytes() {
        return sizeBytes;
    }

    /// The range must lie within the disk.
    DiskContent filled(long offset, long length, int value) {
        byte[][] next = chunks.clone();
        for (long at = offset; at < offset + length; ) {
            int chunk = (int) (at / CHUNK);
            int from = (int) (at % CHUNK);
            int until = (int) Math.min(CHUNK, from + offset + length - at);
            next[chunk] = next[chunk].clone();
            Arrays.fill(next[chunk], from, until, (byte) value);
            at += until - from;
        }
        return new DiskContent(next, sizeBytes);
    }

    /// With zeroes at its end.
    DiskContent grown(long toBytes) {
        DiskContent next = zero(toBytes);
        System.arraycopy(chunks, 0, next.chunks, 0, chunks.length);
        return next;
    }

    /// How many bytes lie in granules that differ, as far as both reach. A granule is a part of 64 KiB.
    long changedBytes(DiskContent then, long granularityBytes) {
        long changed = 0;
        for (int chunk = 0; chunk < Math.min(chunks.length, then.chunks.length); chunk++) {
            if (chunks[chunk] == then.chunks[chunk]) {
                continue;
            }
            for (int from = 0; from < CHUNK; from += (int) granularityBytes) {
                int until = (int) (from + granularityBytes);
                if (!Arrays.equals(chunks[chunk], from, until, then.chunks[chunk], from, until)) {
                    changed += Math.min(granularityBytes, sizeBytes - ((long) chunk * CHUNK + from));
                }
            }
        }
        return changed;
    }

    /// Empty if these are the bytes of the disk; else where they differ first.
    String difference(byte[] found) {
        if (found.length != sizeBytes) {
            return "expected " + sizeBytes + " bytes, found " + found.length;
        }
        for (int chunk = 0; chunk < chunks.length; chunk++) {
            int from = chunk * CHUNK;
            int length = (int) Math.min(CHUNK, sizeBytes - from);
            int at = Arrays.mismatch(chunks[chunk], 0, length, found, from, from + length);
            if (at >= 0) {
                return "at " + (from + at) + " expected " + chunks[chunk][at] + ", found " + found[from + at];
            }
        }
        return "";
    }
}
