package io.tidemark.agent.repository.tree;

import io.tidemark.agent.repository.DiskRoot;
import io.tidemark.agent.repository.PackId;
import io.tidemark.agent.repository.Place;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The packs that trees reach. Each node is read once, however many trees share it. A node that is lost or damaged
/// is an error: nobody knows what it reaches. One thread at a time.
public final class Reach {
    private final NodeReader nodes;
    private final Map<PackId, BitSet> seen = new HashMap<>();
    private final Set<PackId> packs = new HashSet<>();

    public Reach(NodeReader nodes) {
        this.nodes = nodes;
    }

    /// Adds what the tree of a disk reaches.
    public void add(DiskRoot root, long sizeBytes) {
        Child child = nodes.root(root, sizeBytes);
        if (child != null && isNew(child.place())) {
            descend(child, Shape.rootLevel(sizeBytes));
        }
    }

    private boolean isNew(Place place) {
        packs.add(place.pack());
        BitSet entries = seen.computeIfAbsent(place.pack(), _ -> new BitSet());
        boolean isNew = !entries.get(place.entry());
        entries.set(place.entry());
        return isNew;
    }

    private void descend(Child child, int level) {
        Node node = nodes.read(child, level);
        if (level == 0) {
            packs.addAll(node.packs());
            return;
        }
        for (int number = 0; number < Shape.FAN_OUT; number++) {
            @Nullable Child below = node.child(number);
            if (below != null && isNew(below.place())) {
                descend(below, level - 1);
            }
        }
    }

    /// All packs reached so far, of nodes and of chunks.
    public Set<PackId> packs() {
        return Set.copyOf(packs);
    }
}
