package io.tidemark.agent.repository.model;

import io.tidemark.agent.repository.model.World.Entry;
import io.tidemark.agent.repository.model.World.Pack;
import io.tidemark.agent.repository.model.World.Tombstone;
import java.util.List;
import java.util.Set;

/// What a few actors meet in. A first point, `old`, holds the content `a`.
enum Scenario {
    /// Proxmox PSA-2025-00019: the point that a new increment takes over from is pruned while collection marks.
    PRUNE_OF_THE_PARENT,

    TWO_WRITERS_OF_ONE_VM,

    /// One collection is about to spare the pack of a point; the point is pruned, and another collection begins.
    SPARING_BESIDE_A_COLLECTION,

    /// Somebody takes the writer for dead and closes its session, so that its packs can be collected.
    WRITER_FROZEN_FOR_A_DAY,

    /// The second VM takes over what a point of the first one holds.
    WRITER_OF_ANOTHER_VM,

    /// What a restore reads is pruned and collected.
    RESTORE_OF_A_PRUNED_POINT,

    /// What broke the first idea of taking over from the parent: the pack goes from point to point, and every point
    /// but the last is pruned.
    PACK_HANDED_ON,

    PARENT_PRUNED_BESIDE_TWO_COLLECTIONS,

    PARENT_OF_A_WRITER_TAKEN_FOR_DEAD,

    TWO_COLLECTIONS,

    /// What one writer has proved of another VM, the next one takes over without a look.
    PROVED_AND_HANDED_ON,

    /// The storage loses power and with it some deletions, while everybody else goes on.
    DELETIONS_TAKEN_BACK,

    DELETION_OF_TWO_COLLECTIONS_TAKEN_BACK,

    /// What a point held is moved, and where it lay is collected.
    REPACK,

    REPACK_BESIDE_A_PRUNE,

    /// The point that a new increment takes over from is repacked meanwhile.
    REPACK_OF_THE_PARENT,

    /// So it is, while somebody takes one of the two for dead.
    REPACK_OF_THE_PARENT_BESIDE_A_CLOSING,

    REPACK_OF_THE_PARENT_BESIDE_A_PRUNE,

    /// The second VM takes over what is moved meanwhile.
    REPACK_BESIDE_A_WRITER_OF_ANOTHER_VM,

    RESTORE_BESIDE_A_REPACK,

    /// Each moves what the other leaves where it is.
    TWO_REPACKS,

    TWO_REPACKS_BESIDE_A_CLOSING,

    REPACK_TAKEN_FOR_DEAD,

    REPACK_WITH_DELETIONS_TAKEN_BACK;

    World start() {
        return switch (this) {
            case PRUNE_OF_THE_PARENT -> world(Writer.of(0, 2, "a", "b"), Pruner.of(0), Collector.of(1));
            case TWO_WRITERS_OF_ONE_VM -> world(Writer.of(0, 2, "a", "b"), Writer.of(0, 3, "a"), Collector.of(1));
            case SPARING_BESIDE_A_COLLECTION ->
                world(Collector.sparing(1, old()), Writer.of(0, 2, "a"), Pruner.of(0), Collector.of(2))
                        .withTombstones(Set.of(new Tombstone(old(), 1)));
            case WRITER_FROZEN_FOR_A_DAY -> world(Writer.of(0, 2, "a", "b"), Closer.of(0), Collector.of(1));
            case WRITER_OF_ANOTHER_VM ->
                world(Writer.of(1, 2, "a", "b"), Pruner.of(0), Collector.of(1)).withOneMoreVm();
            case RESTORE_OF_A_PRUNED_POINT ->
                world(Reader.of(0, 9, "old"), Pruner.of(0), Collector.of(1), Collector.of(2));
            case TWO_COLLECTIONS -> world(Writer.of(0, 2, "a"), Pruner.of(0), Collector.of(1), Collector.of(2));
            case DELETIONS_TAKEN_BACK ->
                world(Writer.of(0, 2, "a", "b"), Pruner.of(0), Collector.of(1), PowerLoss.of());
            case DELETION_OF_TWO_COLLECTIONS_TAKEN_BACK ->
                world(Writer.of(0, 2, "a"), Pruner.of(0), Collector.of(1), Collector.of(2), PowerLoss.of(old()));
            case PACK_HANDED_ON ->
                world(Writer.continuing(0, 2, "a"), Writer.continuing(0, 3, "a"), Pruner.ofTwo(0), Collector.of(1));
            case PARENT_PRUNED_BESIDE_TWO_COLLECTIONS ->
                world(Writer.continuing(0, 2, "a", "b"), Pruner.of(0), Collector.of(1), Collector.of(2));
            case PARENT_OF_A_WRITER_TAKEN_FOR_DEAD ->
                world(Writer.continuing(0, 2, "a", "b"), Pruner.of(0), Closer.of(0), Collector.of(1));
            case PROVED_AND_HANDED_ON ->
                world(Writer.of(1, 2, "a"), Writer.continuing(1, 3, "a"), Pruner.of(0), Pruner.of(1), Collector.of(1))
                        .withOneMoreVm();
            default -> besideRepacks();
        };
    }

    private World besideRepacks() {
        return switch (this) {
            case REPACK -> ofTwoPacks(repack(), Collector.of(1), Collector.of(2));
            case REPACK_BESIDE_A_PRUNE -> ofTwoPacks(repack(), Pruner.of(0), Collector.of(1));
            case REPACK_OF_THE_PARENT -> ofTwoPacks(repack(), continuing(), Collector.of(1));
            case REPACK_OF_THE_PARENT_BESIDE_A_CLOSING ->
                ofTwoPacks(repack(), continuing(), Closer.of(0), Collector.of(1));
            case REPACK_OF_THE_PARENT_BESIDE_A_PRUNE ->
                ofTwoPacks(repack(), continuing(), Pruner.of(0), Collector.of(1));
            case REPACK_BESIDE_A_WRITER_OF_ANOTHER_VM ->
                ofTwoPacks(repack(), Writer.of(1, 2, "a"), Collector.of(1)).withOneMoreVm();
            case RESTORE_BESIDE_A_REPACK -> ofTwoPacks(repack(), Reader.of(0, 9, "old"), Pruner.of(0), Collector.of(1));
            case TWO_REPACKS -> ofTwoPacks(repack(), Repacker.of(0, 8, "c"), Collector.of(1));
            case TWO_REPACKS_BESIDE_A_CLOSING ->
                ofTwoPacks(repack(), Repacker.of(0, 8, "c"), Closer.of(0), Collector.of(1));
            case REPACK_TAKEN_FOR_DEAD -> ofTwoPacks(repack(), Closer.of(0), Collector.of(1), Collector.of(2));
            case REPACK_WITH_DELETIONS_TAKEN_BACK ->
                ofTwoPacks(repack(), continuing(), Collector.of(1), PowerLoss.of(old()));
            default -> throw new IllegalStateException(this + ": expected actors");
        };
    }

    boolean hasRepack() {
        return start().actors().stream().anyMatch(Repacker.class::isInstance);
    }

    private static Repacker repack() {
        return Repacker.of(0, 7, "a");
    }

    private static Writer continuing() {
        return Writer.continuing(0, 2, "a", "b", "c");
    }

    private static World world(Actor... actors) {
        return of(Set.of(old()), actors);
    }

    /// The first point also holds the content `c`.
    private static World ofTwoPacks(Actor... actors) {
        return of(Set.of(old(), new Pack("c", 1)), actors);
    }

    private static World of(Set<Pack> packs, Actor... actors) {
        List<Entry> log = List.of(new Entry.Opened(1, 1), new Entry.Committed(1, 1, "old", packs), new Entry.Closed(1));
        return new World(List.of(log), packs, Set.of(), List.of(actors));
    }

    private static Pack old() {
        return new Pack("a", 1);
    }
}
