package io.tidemark.agent.repository.model;

import io.tidemark.agent.repository.model.World.Entry;
import java.util.List;

/// Prunes the oldest point of a VM, in the same log that commits go to.
///
/// @param number of the next record as far as it knows
record Pruner(int vm, int number, boolean isDone) implements Actor {
    static Pruner of(int vm) {
        return new Pruner(vm, 0, false);
    }

    @Override
    public List<World> step(World world, int me, Flaws flaws) {
        List<Entry.Committed> points = world.points(vm);
        if (isDone || points.isEmpty()) {
            return List.of();
        }
        return List.of(world.created(
                        vm, number, new Entry.Pruned(points.getFirst().point()))
                .map(created -> created.with(me, new Pruner(vm, number + 1, true)))
                .orElseGet(() -> world.with(me, new Pruner(vm, world.length(vm), false))));
    }
}
