package io.tidemark.system.epochs;

/// One part of the agent on a real host that does not do its work, to show that the search would find that.
enum RealFlaw {
    NONE(0),
    /// An image is the same whatever lies at its place.
    LINEAGE_SKIPPED(12),
    /// Nobody heeds what the agent doubts, as that an image was changed while its domain was off.
    DOUBTS_IGNORED(3),
    /// An increment is made from the newest checkpoint that there is, be it that of its parent or not.
    NEWEST_CHECKPOINT_TAKEN(3),
    /// A bitmap that is disabled is taken for one that records.
    DISABLED_TAKEN(4);

    /// Of a history that finds it, as short as one was found.
    final long seed;

    RealFlaw(long seed) {
        this.seed = seed;
    }
}
