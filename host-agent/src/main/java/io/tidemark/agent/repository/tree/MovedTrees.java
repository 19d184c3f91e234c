package io.tidemark.agent.repository.tree;

import io.tidemark.agent.repository.DiskRoot;
import io.tidemark.agent.repository.PackId;
import io.tidemark.agent.repository.Place;
import io.tidemark.agent.repository.pack.PackStream;
import io.tidemark.agent.repository.pack.StoredEntry;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Writes trees anew of which chunks have moved, or of which nodes lie where they are to go: the nodes that this
/// concerns and those above them. Ids stay, as they speak of content alone. What trees share is written once. One
/// thread at a time.
public final class MovedTrees {
    /// Some 80 MiB of memory. What is forgotten is written twice.
    private static final int REMEMBERED_MAX = 1 << 19;

    private final NodeReader nodes;
    private final Map<Place, Child> chunks;
    private final Set<PackId> left;
    private final PackStream out;
    private final Map<Child, Child> moved = new HashMap<>();
    private final Map<PackId, BitSet> unmoved = new HashMap<>();

    /// @param chunks what lies elsewhere by now, by the place where it lay
    /// @param left packs that no node is to stay in
    public MovedTrees(NodeReader nodes, Map<Place, Child> chunks, Set<PackId> left, PackStream out) {
        this.nodes = nodes;
        this.chunks = chunks;
        this.left = left;
        this.out = out;
    }

    /// The root of a disk's tree as it is then; the same if none of it has moved.
    public DiskRoot moved(DiskRoot root, long sizeBytes) {
        Child old = nodes.root(root, sizeBytes);
        if (old == null) {
            return root;
        }
        Child now = moved(old, Shape.rootLevel(sizeBytes));
        return now.equals(old) ? root : new DiskRoot(root.id(), now.place());
    }

    private Child moved(Child old, int level) {
        BitSet same = unmoved.computeIfAbsent(old.place().pack(), _ -> new BitSet());
        if (same.get(old.place().entry())) {
            return old;
        }
        Child known = moved.get(old);
        if (known != null) {
            return known;
        }
        Node node = nodes.read(old, level);
        Node now = withMoved(node, level);
        if (now.isSame(node) && !left.contains(old.place().pack())) {
            same.set(old.place().entry());
            return old;
        }
        Child stored = new Child(old.id(), out.add(StoredEntry.raw(old.id(), now.encode())));
        if (moved.size() == REMEMBERED_MAX) {
            moved.clear();
        }
        moved.put(old, stored);
        return stored;
    }

    private Node withMoved(Node node, int level) {
        @Nullable Child[] children = new Child[Shape.FAN_OUT];
        for (int number = 0; number < children.length; number++) {
            Child child = node.child(number);
            if (child != null) {
                children[number] = level == 0 ? movedChunk(child) : moved(child, level - 1);
            }
        }
        return Node.of(level, children);
    }

    /// What is named there by another id than it has is left to those who find damage.
    private Child movedChunk(Child old) {
        Child now = chunks.get(old.place());
        return now != null && now.id().equals(old.id()) ? now : old;
    }
}
