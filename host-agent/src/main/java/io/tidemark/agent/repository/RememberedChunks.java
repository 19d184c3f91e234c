package io.tidemark.agent.repository;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Where a write session has put its last chunks; a forgotten one costs bytes only. One thread puts, any gets.
final class RememberedChunks {
    private static final int CHUNKS_MAX = 1 << 16;

    private final Map<Digest, Place> places = new ConcurrentHashMap<>();
    private final Deque<Digest> oldest = new ArrayDeque<>();

    @Nullable
    Place get(Digest id) {
        return places.get(id);
    }

    void put(Digest id, Place place) {
        if (oldest.size() >= CHUNKS_MAX) {
            places.remove(oldest.remove());
        }
        places.put(id, place);
        oldest.add(id);
    }
}
