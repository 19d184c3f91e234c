package io.tidemark.agent.repository.tree;

import io.tidemark.agent.repository.DiskRoot;
import io.tidemark.agent.repository.PackId;
import io.tidemark.agent.repository.Place;
import java.util.BitSet;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The entries of packs that trees reach, nodes and chunks. Each node is read once, however many trees share it. A
/// node that is lost or damaged is an error: nobody knows what it reaches. One thread at a time.
public final class LiveEntries {
    private final NodeReader nodes;
    private final Map<PackId, BitSet> reached = new HashMap<>();

    public LiveEntries(NodeReader nodes) {
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
        BitSet entries = reached.computeIfAbsent(place.pack(), _ -> new BitSet());
        boolean isNew = !entries.get(place.entry());
        entries.set(place.entry());
        return isNew;
    }

    private void descend(Child child, int level) {
        Node node = nodes.read(child, level);
        for (int number = 0; number < Shape.FAN_OUT; number++) {
            @Nullable Child below = node.child(number);
            if (below != null && isNew(below.place()) && level > 0) {
                descend(below, level - 1);
            }
        }
    }

    /// The numbers of the entries by their packs.
    public Map<PackId, BitSet> byPack() {
        return Collections.unmodifiableMap(reached);
    }
}
