package io.tidemark.agent.repository.tree;

import io.tidemark.agent.repository.Chunks;
import io.tidemark.agent.repository.DiskRoot;
import io.tidemark.agent.repository.PackId;
import io.tidemark.agent.repository.Place;
import io.tidemark.agent.repository.RepositoryException.DamagedException;
import io.tidemark.agent.repository.pack.PackReader;
import io.tidemark.agent.repository.pack.PackScan.Damage;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// Checks the trees of disks: that each node is there, has its id and level, and names only what is where it
/// says. Goes on behind what is damaged. Each node is read once, however many trees share it. One thread at a
/// time; fields that are not final count.
public final class TreeScan {
    private final PackReader packs;
    private final NodeReader nodes;
    private final Damage damage;
    private final Map<Level, BitSet> seen = new HashMap<>();
    private final Set<PackId> reached = new HashSet<>();
    private long count;

    /// Nodes of one level in one pack: a place that is named as another one is looked at again.
    private record Level(PackId pack, int level) {}

    public TreeScan(PackReader packs, NodeReader nodes, Damage damage) {
        this.packs = packs;
        this.nodes = nodes;
        this.damage = damage;
    }

    /// Checks the tree of a disk, but for what was checked before.
    ///
    /// @throws DamagedException if the root's id is not that of a disk of zeros
    public void add(DiskRoot root, long sizeBytes) {
        Place place = root.place();
        if (place != null && !isThere(place.pack())) {
            return;
        }
        try {
            Child child = nodes.root(root, sizeBytes);
            if (child != null) {
                visit(child, Shape.rootLevel(sizeBytes), 0, sizeBytes);
            }
        } catch (DamagedException what) {
            if (place == null) {
                throw what;
            }
            damage.entry(place, what);
        }
    }

    /// Whether the pack's directory can be read, which is what everything in it hangs on.
    private boolean isThere(PackId pack) {
        reached.add(pack);
        try {
            packs.directory(pack);
            return true;
        } catch (DamagedException what) {
            damage.pack(pack, what);
            return false;
        }
    }

    private void visit(Child child, int level, long first, long sizeBytes) {
        Place place = child.place();
        BitSet entries = seen.computeIfAbsent(new Level(place.pack(), level), _ -> new BitSet());
        if (entries.get(place.entry())) {
            return;
        }
        entries.set(place.entry());
        count++;
        try {
            Node node = nodes.read(child, level);
            long width = level == 0 ? 1 : Shape.chunksBelow(level - 1);
            for (int number = 0; number < Shape.FAN_OUT; number++) {
                Child below = node.child(number);
                if (below != null
                        && isNamedRightly(place, below, level, new Spot(first + number * width, sizeBytes))
                        && level > 0) {
                    visit(below, level - 1, first + number * width, sizeBytes);
                }
            }
        } catch (DamagedException what) {
            damage.entry(place, what);
        }
    }

    /// The first chunk that something covers, and the size of the disk.
    private record Spot(long chunk, long sizeBytes) {}

    /// A name that leads to something else is damage of the node that it stands in.
    private boolean isNamedRightly(Place node, Child below, int level, Spot spot) {
        if (!isThere(below.place().pack())) {
            return false;
        }
        try {
            requireNamedRightly(below, level, spot);
            return true;
        } catch (DamagedException what) {
            damage.entry(node, what);
            return false;
        }
    }

    private void requireNamedRightly(Child child, int level, Spot spot) {
        Place place = child.place();
        String name = "what is named for chunk " + spot.chunk() + ", entry " + place.entry() + " of pack "
                + place.pack() + ",";
        if (spot.chunk() >= Chunks.count(spot.sizeBytes())) {
            throw new DamagedException(name, "nothing behind the end of the disk", "it");
        }
        int found = packs.entry(place, child.id()).length();
        int expected = level == 0 ? Chunks.lengthBytes(spot.sizeBytes(), spot.chunk()) : found;
        if (found != expected) {
            throw new DamagedException(name, expected + " bytes", found + " bytes");
        }
    }

    /// All packs that were named so far, there or not.
    public Set<PackId> reached() {
        return Set.copyOf(reached);
    }

    /// How many nodes were looked at.
    public long count() {
        return count;
    }
}
