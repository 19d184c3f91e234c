package io.tidemark.agent.extent;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/// Which granules of a disk are dirty, a bit each: 4 MiB of memory for a disk of 2 TiB, however the writes are
/// scattered. Filled by one thread before others read it.
public final class DirtyMap {
    private final long diskSizeBytes;
    private final BitSet granules = new BitSet();
    /// Not final: grows with what is added.
    private long reportedBytes;

    /// @param diskSizeBytes below 128 TiB, which is what the numbers of granules reach
    public DirtyMap(long diskSizeBytes) {
        if (diskSizeBytes < 0 || diskSizeBytes / ExtentMap.GRANULE_BYTES >= Integer.MAX_VALUE) {
            throw new IllegalArgumentException("disk: expected a size of 0 to 128 TiB, found " + diskSizeBytes);
        }
        this.diskSizeBytes = diskSizeBytes;
    }

    /// Takes each run of granules, as bytes.
    public interface Runs {
        void run(long offset, long length);
    }

    /// Marks all granules that the range touches. Ranges must not overlap.
    public void add(long offset, long length) {
        if (offset < 0 || length <= 0 || offset > diskSizeBytes - length) {
            throw new IllegalArgumentException(
                    "dirty range: expected within " + diskSizeBytes + ", found " + offset + "+" + length);
        }
        int first = (int) (offset / ExtentMap.GRANULE_BYTES);
        int end = (int) Math.ceilDiv(offset + length, ExtentMap.GRANULE_BYTES);
        granules.set(first, end);
        reportedBytes += length;
    }

    /// The sum of what was added, in bytes: what the bitmap itself says, whose granularity may be finer.
    public long reportedBytes() {
        return reportedBytes;
    }

    /// The sum of the dirty granules, in bytes; the last one of a disk may be short.
    public long totalBytes() {
        long whole = (long) granules.cardinality() * ExtentMap.GRANULE_BYTES;
        long end = (long) granules.length() * ExtentMap.GRANULE_BYTES;
        return whole - Math.max(0, end - diskSizeBytes);
    }

    /// Hands over each run of granules that are not dirty, in rising order, cut at the disk's end.
    public void forEachCleanRun(Runs runs) {
        int count = (int) Math.ceilDiv(diskSizeBytes, ExtentMap.GRANULE_BYTES);
        for (int first = granules.nextClearBit(0); first < count; ) {
            int dirty = granules.nextSetBit(first);
            int end = dirty < 0 ? count : dirty;
            long offset = (long) first * ExtentMap.GRANULE_BYTES;
            runs.run(offset, Math.min((long) end * ExtentMap.GRANULE_BYTES, diskSizeBytes) - offset);
            first = granules.nextClearBit(end);
        }
    }

    /// The dirty granules of a range that begins and ends with whole ones, or with the disk.
    public ExtentMap within(long offset, long length) {
        List<Extent> found = new ArrayList<>();
        long limit = Math.min(offset + length, diskSizeBytes);
        int first = granules.nextSetBit((int) (offset / ExtentMap.GRANULE_BYTES));
        while (first >= 0 && (long) first * ExtentMap.GRANULE_BYTES < limit) {
            int end = granules.nextClearBit(first);
            long start = (long) first * ExtentMap.GRANULE_BYTES;
            found.add(new Extent(start, Math.min((long) end * ExtentMap.GRANULE_BYTES, limit) - start, 0));
            first = granules.nextSetBit(end);
        }
        return new ExtentMap(found);
    }
}
