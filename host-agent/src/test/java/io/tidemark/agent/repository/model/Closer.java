package io.tidemark.agent.repository.model;

import io.tidemark.agent.repository.model.World.Entry;
import java.util.List;
import java.util.Optional;

/// Closes an open session of a VM, once, taking its writer for dead.
///
/// @param number of the next record as far as it knows
record Closer(int vm, int number, boolean isDone) implements Actor {
    static Closer of(int vm) {
        return new Closer(vm, 0, false);
    }

    @Override
    public List<World> step(World world, int me, Flaws flaws) {
        Optional<Integer> open = world.openSessions(vm).stream().sorted().findFirst();
        if (isDone || open.isEmpty()) {
            return List.of();
        }
        return List.of(world.created(vm, number, new Entry.Closed(open.get()))
                .map(created -> created.with(me, new Closer(vm, number + 1, true)))
                .orElseGet(() -> world.with(me, new Closer(vm, world.length(vm), false))));
    }
}
