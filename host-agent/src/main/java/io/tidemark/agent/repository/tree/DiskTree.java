package io.tidemark.agent.repository.tree;

import io.tidemark.agent.repository.ChunkRange;
import io.tidemark.agent.repository.Chunks;
import io.tidemark.agent.repository.DiskRoot;
import org.jspecify.annotations.Nullable;

/// The tree of one disk of one point, open for reading: its root is checked. Safe for use by many threads.
public final class DiskTree {
    private final NodeReader nodes;
    private final long sizeBytes;
    private final int rootLevel;
    private final @Nullable Child root;

    private DiskTree(NodeReader nodes, long sizeBytes, @Nullable Child root) {
        this.nodes = nodes;
        this.sizeBytes = sizeBytes;
        this.rootLevel = Shape.rootLevel(sizeBytes);
        this.root = root;
    }

    public static DiskTree open(NodeReader nodes, DiskRoot root, long sizeBytes) {
        return new DiskTree(nodes, sizeBytes, nodes.root(root, sizeBytes));
    }

    /// Takes the chunks of a range, in order.
    public interface Visitor {
        /// These are zero. Neighbours may come apart.
        void zero(ChunkRange range);

        void chunk(long index, Child chunk);
    }

    public long sizeBytes() {
        return sizeBytes;
    }

    @Nullable
    Child root() {
        return root;
    }

    /// Where a chunk is stored; null if it is zero.
    public @Nullable Child chunk(long index) {
        Child way = root;
        for (int level = rootLevel; level >= 0 && way != null; level--) {
            way = nodes.read(way, level).child(Shape.child(level, index));
        }
        return way;
    }

    /// Hands each chunk of a range, which lies within the disk, to the visitor.
    public void forEach(ChunkRange range, Visitor visitor) {
        visit(root, rootLevel, 0, range, visitor);
    }

    private void visit(@Nullable Child way, int level, long first, ChunkRange range, Visitor visitor) {
        long start = Math.max(first, range.first());
        long end = Math.min(Math.min(first + Shape.chunksBelow(level), range.end()), Chunks.count(sizeBytes));
        if (start >= end) {
            return;
        }
        if (way == null) {
            visitor.zero(new ChunkRange(start, end - start));
            return;
        }
        Node node = nodes.read(way, level);
        long width = level == 0 ? 1 : Shape.chunksBelow(level - 1);
        for (long at = start - (start - first) % width; at < end; at += width) {
            Child child = node.child(Shape.child(level, at));
            if (level > 0) {
                visit(child, level - 1, at, range, visitor);
            } else if (child == null) {
                visitor.zero(new ChunkRange(at, 1));
            } else {
                visitor.chunk(at, child);
            }
        }
    }
}
