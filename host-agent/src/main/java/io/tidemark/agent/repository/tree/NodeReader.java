package io.tidemark.agent.repository.tree;

import io.tidemark.agent.repository.ContentIds;
import io.tidemark.agent.repository.Digest;
import io.tidemark.agent.repository.DiskRoot;
import io.tidemark.agent.repository.Place;
import io.tidemark.agent.repository.RepositoryException.DamagedException;
import io.tidemark.agent.repository.pack.BoundedCache;
import io.tidemark.agent.repository.pack.DirectoryEntry;
import io.tidemark.agent.repository.pack.PackReader;
import org.jspecify.annotations.Nullable;

/// Reads nodes, checked by their ids, and remembers some. Safe for use by many threads.
public final class NodeReader {
    private static final int REMEMBERED_NODES = 4096;

    private final PackReader packs;
    /// Of digests only, so nothing is told by making them without a key, and anybody can check them.
    private final ContentIds ids = ContentIds.PLAIN;
    private final BoundedCache<Child, Node> remembered = new BoundedCache<>(REMEMBERED_NODES, _ -> 1);

    public NodeReader(PackReader packs) {
        this.packs = packs;
    }

    ContentIds ids() {
        return ids;
    }

    /// The node that a parent names.
    Node read(Child child, int level) {
        Node node = remembered.get(child, this::load);
        requireLevel(child.place(), level, node);
        return node;
    }

    /// The child that would name a disk's root node, if there were a node above it; null for a disk of zeros.
    @Nullable
    Child root(DiskRoot root, long sizeBytes) {
        Place place = root.place();
        if (place == null) {
            requireRoot(root, Roots.id(sizeBytes, null, ids));
            return null;
        }
        DirectoryEntry entry = packs.nodeDirectory(place.pack()).entry(place.entry());
        if (entry == null) {
            throw new DamagedException(name(place), "a root node", "no such entry");
        }
        requireRoot(root, Roots.id(sizeBytes, entry.id(), ids));
        Child child = new Child(entry.id(), place);
        read(child, Shape.rootLevel(sizeBytes));
        return child;
    }

    private static void requireRoot(DiskRoot root, Digest found) {
        if (!found.equals(root.id())) {
            throw new DamagedException(
                    "tree with the root " + root.id(), root.id().hex(), found.hex());
        }
    }

    private Node load(Child child) {
        Place place = child.place();
        // the directory's id is that of the node's meaning, not of its bytes: their digest is checked instead
        byte[] bytes = packs.readNode(place, child.id());
        Node node = Node.decode(name(place), bytes);
        Digest found = node.id(ids);
        if (!found.equals(child.id())) {
            throw new DamagedException(name(place), child.id().hex(), found.hex());
        }
        return node;
    }

    private static void requireLevel(Place place, int level, Node node) {
        if (node.level() != level) {
            throw new DamagedException(name(place), "a node of level " + level, node.toString());
        }
    }

    private static String name(Place place) {
        return "entry " + place.entry() + " of pack " + place.pack();
    }
}
