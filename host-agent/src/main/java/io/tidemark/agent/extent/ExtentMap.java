package io.tidemark.agent.extent;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;

/// Extents in rising order that do not overlap; neighbours with equal flags are one.
public record ExtentMap(List<Extent> extents) {
    /// The unit of backup, in bytes: QEMU's default bitmap granularity.
    public static final int GRANULE_BYTES = 64 * 1024;

    public ExtentMap {
        extents = merged(extents);
    }

    /// Sum of all lengths, in bytes.
    public long totalBytes() {
        return extents.stream().mapToLong(Extent::length).sum();
    }

    /// Only the extents whose flags are wanted.
    public ExtentMap where(IntPredicate wanted) {
        return new ExtentMap(
                extents.stream().filter(extent -> wanted.test(extent.flags())).toList());
    }

    /// The parts from `offset` (inclusive) to `offset + length` (exclusive).
    public ExtentMap clip(long offset, long length) {
        return length == 0
                ? new ExtentMap(List.of())
                : intersect(new ExtentMap(List.of(new Extent(offset, length, 0))));
    }

    /// Widens each extent to whole granules, cut at the disk's end; flags of what meets are united with OR.
    public ExtentMap aligned(int granuleBytes, long diskSizeBytes) {
        if (granuleBytes <= 0) {
            throw new IllegalArgumentException("granule: expected more than 0 bytes, found " + granuleBytes);
        }
        List<Extent> out = new ArrayList<>();
        for (Extent extent : extents) {
            if (extent.end() > diskSizeBytes) {
                throw new IllegalArgumentException(
                        "extent end: expected at most " + diskSizeBytes + ", found " + extent.end());
            }
            long start = extent.offset() - extent.offset() % granuleBytes;
            long rest = extent.end() % granuleBytes;
            long pad = rest == 0 ? 0 : Math.min(granuleBytes - rest, diskSizeBytes - extent.end());
            unite(out, start, extent.end() + pad, extent.flags());
        }
        return new ExtentMap(out);
    }

    private static void unite(List<Extent> out, long start, long end, int flags) {
        if (out.isEmpty() || out.getLast().end() <= start) {
            out.add(new Extent(start, end - start, flags));
            return;
        }
        Extent last = out.removeLast();
        if (last.offset() < start) {
            out.add(new Extent(last.offset(), start - last.offset(), last.flags()));
        }
        out.add(new Extent(start, last.end() - start, last.flags() | flags));
        if (end > last.end()) {
            out.add(new Extent(last.end(), end - last.end(), flags));
        }
    }

    /// The parts that `other` covers too, with the flags of this map.
    public ExtentMap intersect(ExtentMap other) {
        List<Extent> out = new ArrayList<>();
        int mine = 0;
        int theirs = 0;
        while (mine < extents.size() && theirs < other.extents.size()) {
            Extent one = extents.get(mine);
            Extent two = other.extents.get(theirs);
            long start = Math.max(one.offset(), two.offset());
            long end = Math.min(one.end(), two.end());
            if (start < end) {
                out.add(new Extent(start, end - start, one.flags()));
            }
            if (one.end() <= two.end()) {
                mine++;
            } else {
                theirs++;
            }
        }
        return new ExtentMap(out);
    }

    private static List<Extent> merged(List<Extent> sorted) {
        List<Extent> out = new ArrayList<>();
        for (Extent next : sorted) {
            if (!out.isEmpty() && next.offset() < out.getLast().end()) {
                throw new IllegalArgumentException("extents: expected the next at or after "
                        + out.getLast().end() + ", found it at " + next.offset());
            }
            if (!out.isEmpty()
                    && out.getLast().end() == next.offset()
                    && out.getLast().flags() == next.flags()) {
                Extent last = out.removeLast();
                out.add(new Extent(last.offset(), last.length() + next.length(), last.flags()));
            } else {
                out.add(next);
            }
        }
        return List.copyOf(out);
    }
}
