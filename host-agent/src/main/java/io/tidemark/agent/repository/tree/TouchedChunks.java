package io.tidemark.agent.repository.tree;

import io.tidemark.agent.repository.ChunkRange;
import io.tidemark.agent.repository.Chunks;
import io.tidemark.agent.repository.DiskRoot;
import io.tidemark.agent.repository.PackId;
import io.tidemark.agent.repository.Place;
import io.tidemark.agent.repository.RepositoryException.DamagedException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Which chunks of disks lie in certain places, or below nodes that do; a node that cannot be read is such a place.
/// What was found untouched is not looked at again. One thread at a time.
public final class TouchedChunks {
    private final NodeReader nodes;
    private final Predicate<Place> isMeant;
    private final Map<PackId, BitSet> untouched = new HashMap<>();

    public TouchedChunks(NodeReader nodes, Predicate<Place> isMeant) {
        this.nodes = nodes;
        this.isMeant = isMeant;
    }

    /// The chunks of a disk by the packs that they hang on, in order, neighbours merged. Empty: none is touched.
    public Map<PackId, List<ChunkRange>> of(DiskRoot root, long sizeBytes) {
        Map<PackId, List<ChunkRange>> found = new LinkedHashMap<>();
        Place place = root.place();
        if (place == null) {
            return found;
        }
        Child child = isMeant.test(place) ? null : read(root, sizeBytes);
        if (child == null) {
            found.put(place.pack(), List.of(new ChunkRange(0, Chunks.count(sizeBytes))));
        } else {
            new Walk(sizeBytes, found).visit(child, Shape.rootLevel(sizeBytes), 0);
        }
        return found;
    }

    private @Nullable Child read(DiskRoot root, long sizeBytes) {
        try {
            return nodes.root(root, sizeBytes);
        } catch (DamagedException damaged) {
            return null;
        }
    }

    private final class Walk {
        private final long sizeBytes;
        private final Map<PackId, List<ChunkRange>> found;

        private Walk(long sizeBytes, Map<PackId, List<ChunkRange>> found) {
            this.sizeBytes = sizeBytes;
            this.found = found;
        }

        /// Whether anything below a node that is not meant itself is touched.
        private boolean visit(Child way, int level, long first) {
            BitSet known = untouched.computeIfAbsent(way.place().pack(), _ -> new BitSet());
            if (known.get(way.place().entry())) {
                return false;
            }
            boolean isTouched = false;
            long width = level == 0 ? 1 : Shape.chunksBelow(level - 1);
            try {
                Node node = nodes.read(way, level);
                for (int number = 0; number < Shape.FAN_OUT; number++) {
                    Child below = node.child(number);
                    isTouched |= below != null && isTouched(below, level - 1, first + number * width);
                }
            } catch (DamagedException damaged) {
                add(way.place().pack(), first, Shape.chunksBelow(level));
                return true;
            }
            known.set(way.place().entry(), !isTouched);
            return isTouched;
        }

        /// @param level -1 for a chunk
        private boolean isTouched(Child child, int level, long first) {
            if (isMeant.test(child.place())) {
                add(child.place().pack(), first, level < 0 ? 1 : Shape.chunksBelow(level));
                return true;
            }
            return level >= 0 && visit(child, level, first);
        }

        private void add(PackId pack, long first, long count) {
            long end = Math.min(first + count, Chunks.count(sizeBytes));
            if (first >= end) {
                return;
            }
            List<ChunkRange> ranges = found.computeIfAbsent(pack, _ -> new ArrayList<>());
            boolean isNext = !ranges.isEmpty() && ranges.getLast().end() == first;
            long from = isNext ? ranges.removeLast().first() : first;
            ranges.add(new ChunkRange(from, end - from));
        }
    }
}
