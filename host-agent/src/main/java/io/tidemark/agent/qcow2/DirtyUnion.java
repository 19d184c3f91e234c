package io.tidemark.agent.qcow2;

import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/// What several bitmaps name together, as where the images of one disk have one each. Holds one run of each at a
/// time.
public final class DirtyUnion {
    private DirtyUnion() {}

    /// How many bytes at least one of them names, in whole granules.
    ///
    /// @param granuleBytes to which each run is widened
    /// @param diskSizeBytes where the last granule ends, and what lies beyond is left out
    public static long totalBytes(List<DirtyRuns> all, long granuleBytes, long diskSizeBytes) throws IOException {
        var waiting = new PriorityQueue<DirtyRuns>(Comparator.comparingLong(DirtyRuns::offset));
        for (DirtyRuns runs : all) {
            if (runs.advance()) {
                waiting.add(runs);
            }
        }
        long totalBytes = 0;
        long counted = 0; // what lies before is
        while (!waiting.isEmpty()) {
            DirtyRuns runs = waiting.remove();
            long start = runs.offset() / granuleBytes * granuleBytes;
            long end = Math.min(Math.ceilDiv(runs.end(), granuleBytes) * granuleBytes, diskSizeBytes);
            totalBytes += Math.max(0, end - Math.max(start, counted));
            counted = Math.max(counted, end);
            if (runs.advance()) {
                waiting.add(runs);
            }
        }
        return totalBytes;
    }
}
