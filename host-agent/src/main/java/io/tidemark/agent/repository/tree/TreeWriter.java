package io.tidemark.agent.repository.tree;

import io.tidemark.agent.repository.ChunkRange;
import io.tidemark.agent.repository.Chunks;
import io.tidemark.agent.repository.Digest;
import io.tidemark.agent.repository.DiskRoot;
import io.tidemark.agent.repository.RepositoryException.DamagedException;
import io.tidemark.agent.repository.RepositoryException.SessionUnusable;
import io.tidemark.agent.repository.pack.PackStream;
import io.tidemark.agent.repository.pack.StoredEntry;
import io.tidemark.agent.repository.tree.ChunkWords.Word;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Gathers what a write session says of one disk's chunks, in any order, and makes the disk's tree of it. What the
/// parent's tree says of chunks that are kept is taken over by whole nodes. One thread at a time.
public final class TreeWriter implements AutoCloseable {
    private final long sizeBytes;
    private final NodeReader nodes;
    private final @Nullable DiskTree parent;
    private final ChunkWords words;
    private final ChunkTable table;

    /// @param folder for a temporary file
    /// @param parent the same disk in the point that chunks may be kept from, of the same size
    public TreeWriter(long sizeBytes, Path folder, NodeReader nodes, @Nullable DiskTree parent) {
        this.sizeBytes = sizeBytes;
        this.nodes = nodes;
        this.parent = parent;
        this.words = new ChunkWords(Chunks.count(sizeBytes));
        this.table = new ChunkTable(folder);
    }

    public void put(long index, Child chunk) {
        table.put(index, chunk);
        words.set(new ChunkRange(index, 1), Word.PUT);
    }

    public void zero(ChunkRange range) {
        words.set(range, Word.ZERO);
    }

    /// Needs a parent.
    public void keep(ChunkRange range) {
        words.set(range, Word.KEEP);
    }

    /// Writes the nodes that are not the parent's. A chunk never spoken of is an error.
    public DiskRoot write(PackStream out) {
        long unset = words.firstUnset();
        if (unset < Chunks.count(sizeBytes)) {
            throw new SessionUnusable("disk of " + sizeBytes
                    + " bytes: expected put, zero or keep for every chunk, found none of it for " + unset);
        }
        Child root = written(Shape.rootLevel(sizeBytes), 0, parent == null ? null : parent.root(), out);
        Digest id = Roots.id(sizeBytes, root == null ? null : root.id(), nodes.ids());
        return new DiskRoot(id, root == null ? null : root.place());
    }

    private @Nullable Child written(int level, long first, @Nullable Child old, PackStream out) {
        long end = Math.min(first + Shape.chunksBelow(level), Chunks.count(sizeBytes));
        Word common = words.common(new ChunkRange(first, end - first));
        if (common == Word.ZERO) {
            return null;
        }
        if (common == Word.KEEP) {
            return old;
        }
        Node oldNode = old == null ? null : old(old, level, new ChunkRange(first, end - first));
        @Nullable Child[] children = new Child[Shape.FAN_OUT];
        long width = level == 0 ? 1 : Shape.chunksBelow(level - 1);
        for (long at = first; at < end; at += width) {
            int number = Shape.child(level, at);
            Child oldChild = oldNode == null ? null : oldNode.child(number);
            children[number] = level == 0 ? chunk(at, oldChild) : written(level - 1, at, oldChild, out);
        }
        Node node = Node.of(level, children);
        if (node.isZero()) {
            return null;
        }
        return oldNode != null && node.isSame(oldNode) ? old : stored(node, out);
    }

    /// A node of the parent; null if it is damaged and nothing below it is kept, as it only saves bytes then.
    private @Nullable Node old(Child old, int level, ChunkRange range) {
        try {
            return nodes.read(old, level);
        } catch (DamagedException damaged) {
            if (words.has(range, Word.KEEP)) {
                throw damaged;
            }
            return null;
        }
    }

    private @Nullable Child chunk(long index, @Nullable Child old) {
        return switch (words.get(index)) {
            case KEEP -> old;
            case PUT -> table.get(index);
            case ZERO, UNSET -> null;
        };
    }

    private Child stored(Node node, PackStream out) {
        Digest id = node.id(nodes.ids());
        return new Child(id, out.add(StoredEntry.raw(id, node.encode())));
    }

    @Override
    public void close() {
        table.close();
    }
}
