package io.tidemark.agent.repository.model;

import io.tidemark.agent.repository.model.World.Pack;
import io.tidemark.agent.repository.model.World.Tombstone;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// The storage loses power, once, and with it any of the deletions since some time before. Everybody else is
/// elsewhere and goes on.
///
/// @param hasLasted whether that time has come: what was there then may come back
record PowerLoss(boolean hasLasted, boolean isDone, Set<Pack> packs, Set<Tombstone> tombstones) implements Actor {
    static PowerLoss of() {
        return new PowerLoss(false, false, Set.of(), Set.of());
    }

    /// One that may bring back this pack, whenever it was deleted.
    static PowerLoss of(Pack pack) {
        return new PowerLoss(true, false, Set.of(pack), Set.of());
    }

    @Override
    public List<World> step(World world, int me, Flaws flaws) {
        if (isDone) {
            return List.of();
        }
        if (!hasLasted) {
            return List.of(world.with(me, new PowerLoss(true, false, world.packs(), world.tombstones())));
        }
        World after = world.with(me, new PowerLoss(true, true, Set.of(), Set.of()));
        List<World> worlds = new ArrayList<>();
        for (Set<Pack> back : subsets(World.minus(packs, world.packs()))) {
            for (Set<Tombstone> raised : subsets(World.minus(tombstones, world.tombstones()))) {
                worlds.add(
                        after.withPacks(union(world.packs(), back)).withTombstones(union(world.tombstones(), raised)));
            }
        }
        return worlds;
    }

    private static <T> List<Set<T>> subsets(Set<T> all) {
        List<Set<T>> subsets = new ArrayList<>(List.of(Set.of()));
        for (T one : all) {
            for (Set<T> without : List.copyOf(subsets)) {
                subsets.add(World.plus(without, one));
            }
        }
        return subsets;
    }

    private static <T> Set<T> union(Set<T> some, Set<T> more) {
        Set<T> all = new HashSet<>(some);
        all.addAll(more);
        return Set.copyOf(all);
    }
}
