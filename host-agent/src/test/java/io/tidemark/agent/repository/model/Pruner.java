package io.tidemark.agent.repository.model;

import io.tidemark.agent.repository.model.World.Entry;
import java.util.List;

/// Prunes the oldest point of a VM, in the same log that commits go to, once or several times.
///
/// @param number of the next record as far as it knows
/// @param left how many it has still to prune
record Pruner(int vm, int number, int left) implements Actor {
    static Pruner of(int vm) {
        return new Pruner(vm, 0, 1);
    }

    static Pruner ofTwo(int vm) {
        return new Pruner(vm, 0, 2);
    }

    @Override
    public List<World> step(World world, int me, Flaws flaws) {
        List<Entry.Committed> points = world.points(vm);
        if (left == 0 || points.isEmpty()) {
            return List.of();
        }
        return List.of(world.created(
                        vm, number, new Entry.Pruned(points.getFirst().point()))
                .map(created -> created.with(me, new Pruner(vm, number + 1, left - 1)))
                .orElseGet(() -> world.with(me, new Pruner(vm, world.length(vm), left))));
    }
}
