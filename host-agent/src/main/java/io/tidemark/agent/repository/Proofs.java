package io.tidemark.agent.repository;

import io.tidemark.agent.repository.BlobRepository.Parts;
import io.tidemark.agent.repository.blob.BlobName;
import io.tidemark.agent.repository.pack.PackNames;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// The packs that a write session counts on without a parent that keeps them, each proved as
/// `docs/formats/repository.md` has it (W4): no tombstone of a collection that has not ended, and then the pack
/// itself. Safe for use by many threads.
final class Proofs {
    private final Parts parts;
    private final Map<PackId, Boolean> looks = new ConcurrentHashMap<>();

    Proofs(Parts parts) {
        this.parts = parts;
    }

    /// Looks at a pack once; what was proved stays so until a fence.
    boolean isProved(PackId pack) {
        Boolean known = looks.get(pack);
        if (known == null) {
            known = isThere(pack);
            looks.put(pack, known);
        }
        return known;
    }

    /// Two looks in this order: the other way round, a collection deletes both between them.
    private boolean isThere(PackId pack) {
        for (SessionId collection : parts.registry.read().collections()) {
            if (parts.store.read(tombstone(collection, pack), 0).isPresent()) {
                return false;
            }
        }
        return parts.store.readEnd(PackNames.of(pack), 0).isPresent();
    }

    static BlobName tombstone(SessionId collection, PackId pack) {
        return new BlobName("tombstones/" + collection + "/" + pack);
    }

    /// Whether there is something that a fence asks to be proved again.
    boolean hasAny() {
        return looks.containsValue(true);
    }

    /// Looks once more at all that was proved; false if one is gone.
    boolean holdAgain() {
        return looks.entrySet().stream()
                .filter(Map.Entry::getValue)
                .map(Map.Entry::getKey)
                .allMatch(this::isThere);
    }
}
