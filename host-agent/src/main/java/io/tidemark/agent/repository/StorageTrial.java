package io.tidemark.agent.repository;

import io.tidemark.agent.repository.blob.StorageCheck;
import java.util.List;
import java.util.random.RandomGenerator;

/// Tries on a place for a repository what one will ask of it, whether there is one already or not. Makes the place,
/// if it is missing, and beside that leaves empty folders only.
public final class StorageTrial {
    private StorageTrial() {}

    /// What was found of one guarantee.
    ///
    /// @param detail what was tried, or what was expected and found
    public record Finding(String name, boolean isPassed, String detail) {}

    /// All guarantees, in the order in which they build on each other.
    ///
    /// @param random fills the contents
    public static List<Finding> of(Storage storage, RandomGenerator random) {
        storage.prepare();
        String run = storage.ids().get().toString();
        return new StorageCheck(storage.blobs(), run, random)
                .run().stream()
                        .map(each -> new Finding(each.name(), each.isPassed(), each.detail()))
                        .toList();
    }
}
