package io.tidemark.agent.repository;

import java.util.Set;

/// What a collection would free now, decided by the collection's own code. What others commit, open or close until
/// it runs may change it.
///
/// @param packs how many
/// @param bytes of these packs
public record Freeable(int packs, long bytes) {
    /// Of the repository as it is.
    public static Freeable in(BlobRepository repository) {
        return without(repository, Set.of());
    }

    /// Of the repository as if these points were removed; nothing is.
    public static Freeable without(BlobRepository repository, Set<PointKey> points) {
        Collection collection = new Collection(repository.parts(), repository.storage());
        Set<PackId> packs = collection.unneededWithout(points);
        long bytes = packs.stream().mapToLong(collection::sizeBytes).sum();
        return new Freeable(packs.size(), bytes);
    }
}
