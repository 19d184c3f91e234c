package io.tidemark.agent.repository.tree;

import io.tidemark.agent.repository.Chunks;

/// How a disk's chunks hang in a tree: each node has {@link #FAN_OUT} children, those of a leaf, at level 0, are
/// chunks. A tree is as low as it can be; children behind the disk's end count as zero.
final class Shape {
    static final int FAN_OUT_BITS = 4;
    static final int FAN_OUT = 1 << FAN_OUT_BITS;
    /// A `long` of chunks has no more.
    static final int LEVELS_MAX = Long.SIZE / FAN_OUT_BITS;

    private Shape() {}

    /// The level of the root of a disk of `sizeBytes`.
    static int rootLevel(long sizeBytes) {
        int level = 0;
        while (chunksBelow(level) < Chunks.count(sizeBytes)) {
            level++;
        }
        return level;
    }

    /// How many chunks a whole node of a level covers.
    static long chunksBelow(int level) {
        return 1L << (FAN_OUT_BITS * (level + 1));
    }

    /// Which child of a node of a level the way to a chunk goes through.
    static int child(int level, long chunk) {
        return (int) (chunk >>> (FAN_OUT_BITS * level)) & (FAN_OUT - 1);
    }
}
