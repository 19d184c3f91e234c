package io.tidemark.agent.repository.model;

import static io.tidemark.agent.repository.model.Flaws.Flaw.COLLECTION_WITHOUT_FENCE;
import static io.tidemark.agent.repository.model.Flaws.Flaw.COLLECTION_WITHOUT_SECOND_LOOK;
import static io.tidemark.agent.repository.model.Flaws.Flaw.FENCE_BEFORE_TOMBSTONES;
import static io.tidemark.agent.repository.model.Flaws.Flaw.PACKS_OF_OPEN_SESSIONS_COLLECTED;
import static io.tidemark.agent.repository.model.Flaws.Flaw.TOMBSTONE_GONE_BEFORE_PACK;
import static io.tidemark.agent.repository.model.Flaws.Flaw.TOMBSTONE_OF_ANOTHER_REMOVED;

import io.tidemark.agent.repository.model.World.Entry;
import io.tidemark.agent.repository.model.World.Pack;
import io.tidemark.agent.repository.model.World.Tombstone;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// One collection: lists the packs, marks what points and open sessions need, buries the rest, fences every VM with
/// an open session, looks a second time, spares what is needed after all, and deletes what is not.
record Collector(int id, Phase phase) implements Actor {
    /// Where it stands. `vm` is the one whose log is read next.
    sealed interface Phase {
        record Listing() implements Phase {}

        record Marking(int vm, Set<Pack> unneeded) implements Phase {}

        record Burying(Set<Pack> unneeded, List<Pack> left) implements Phase {}

        record Fencing(int vm, int number, Set<Pack> buried) implements Phase {}

        record LookingAgain(int vm, Set<Pack> buried, Set<Pack> unneeded) implements Phase {}

        record Sparing(List<Pack> needed, Set<Pack> unneeded) implements Phase {}

        record Deleting(List<Pack> left) implements Phase {}
    }

    static Collector of(int id) {
        return new Collector(id, new Phase.Listing());
    }

    /// One that has buried the pack and found it needed at its second look.
    static Collector sparing(int id, Pack needed) {
        return new Collector(id, new Phase.Sparing(List.of(needed), Set.of()));
    }

    @Override
    public List<World> step(World world, int me, Flaws flaws) {
        return switch (phase) {
            case Phase.Listing() -> List.of(world.with(me, to(listed(world, flaws))));
            case Phase.Marking marking -> List.of(world.with(me, to(marked(world, flaws, marking))));
            case Phase.Burying burying -> List.of(buried(world, me, flaws, burying));
            case Phase.Fencing fencing -> List.of(fenced(world, me, flaws, fencing));
            case Phase.LookingAgain again -> List.of(world.with(me, to(lookedAgain(world, flaws, again))));
            case Phase.Sparing sparing -> List.of(spared(world, me, flaws, sparing));
            case Phase.Deleting deleting -> deleted(world, me, flaws, deleting);
        };
    }

    private Collector to(Phase next) {
        return new Collector(id, next);
    }

    private static Phase listed(World world, Flaws flaws) {
        return flaws.has(FENCE_BEFORE_TOMBSTONES)
                ? new Phase.Fencing(0, 0, world.packs())
                : new Phase.Marking(0, world.packs());
    }

    private static Set<Pack> unneeded(World world, int vm, Set<Pack> packs, Flaws flaws) {
        Set<Pack> needed = world.needed(vm);
        Set<Integer> open = flaws.has(PACKS_OF_OPEN_SESSIONS_COLLECTED) ? Set.of() : world.openSessions(vm);
        return packs.stream()
                .filter(pack -> !needed.contains(pack) && !open.contains(pack.session()))
                .collect(Collectors.toUnmodifiableSet());
    }

    private static Phase marked(World world, Flaws flaws, Phase.Marking marking) {
        if (marking.vm() < world.logs().size()) {
            Set<Pack> left = unneeded(world, marking.vm(), marking.unneeded(), flaws);
            return new Phase.Marking(marking.vm() + 1, left);
        }
        return new Phase.Burying(marking.unneeded(), List.copyOf(marking.unneeded()));
    }

    private World buried(World world, int me, Flaws flaws, Phase.Burying burying) {
        if (burying.left().isEmpty()) {
            Set<Pack> buried = burying.unneeded();
            Phase next = flaws.has(COLLECTION_WITHOUT_FENCE) || flaws.has(FENCE_BEFORE_TOMBSTONES)
                    ? new Phase.LookingAgain(0, buried, buried)
                    : new Phase.Fencing(0, 0, buried);
            return world.with(me, to(next));
        }
        Tombstone tombstone = new Tombstone(burying.left().getFirst(), id);
        List<Pack> left = List.copyOf(burying.left().subList(1, burying.left().size()));
        return world.withTombstones(World.plus(world.tombstones(), tombstone))
                .with(me, to(new Phase.Burying(burying.unneeded(), left)));
    }

    /// A VM without an open session needs no fence: who opens one from now on sees the tombstones.
    private World fenced(World world, int me, Flaws flaws, Phase.Fencing fencing) {
        int vm = fencing.vm();
        if (vm == world.logs().size()) {
            Phase after = flaws.has(FENCE_BEFORE_TOMBSTONES)
                    ? new Phase.Marking(0, fencing.buried())
                    : new Phase.LookingAgain(0, fencing.buried(), fencing.buried());
            return world.with(me, to(after));
        }
        Phase next = new Phase.Fencing(vm + 1, 0, fencing.buried());
        if (world.length(vm) != fencing.number()) {
            boolean isQuiet = world.openSessions(vm).isEmpty();
            return world.with(me, to(isQuiet ? next : new Phase.Fencing(vm, world.length(vm), fencing.buried())));
        }
        Optional<World> created = world.created(vm, fencing.number(), new Entry.Fence(id));
        return created.orElseThrow().with(me, to(next));
    }

    private static Phase lookedAgain(World world, Flaws flaws, Phase.LookingAgain again) {
        if (flaws.has(COLLECTION_WITHOUT_SECOND_LOOK)) {
            return new Phase.Deleting(List.copyOf(again.buried()));
        }
        if (again.vm() < world.logs().size()) {
            Set<Pack> left = unneeded(world, again.vm(), again.unneeded(), flaws);
            return new Phase.LookingAgain(again.vm() + 1, again.buried(), left);
        }
        return new Phase.Sparing(List.copyOf(World.minus(again.buried(), again.unneeded())), again.unneeded());
    }

    private World spared(World world, int me, Flaws flaws, Phase.Sparing sparing) {
        if (sparing.needed().isEmpty()) {
            return world.with(me, to(new Phase.Deleting(List.copyOf(sparing.unneeded()))));
        }
        Pack pack = sparing.needed().getFirst();
        Set<Tombstone> left = world.tombstones().stream()
                .filter(each -> !each.pack().equals(pack)
                        || (each.collection() != id && !flaws.has(TOMBSTONE_OF_ANOTHER_REMOVED)))
                .collect(Collectors.toUnmodifiableSet());
        List<Pack> needed =
                List.copyOf(sparing.needed().subList(1, sparing.needed().size()));
        return world.withTombstones(left).with(me, to(new Phase.Sparing(needed, sparing.unneeded())));
    }

    /// The tombstone goes after its pack.
    private List<World> deleted(World world, int me, Flaws flaws, Phase.Deleting deleting) {
        if (deleting.left().isEmpty()) {
            return List.of();
        }
        Pack pack = deleting.left().getFirst();
        World withoutPack = world.withPacks(World.minus(world.packs(), Set.of(pack)));
        World withoutTombstone = world.withTombstones(World.minus(world.tombstones(), Set.of(new Tombstone(pack, id))));
        World first = flaws.has(TOMBSTONE_GONE_BEFORE_PACK) ? withoutTombstone : withoutPack;
        if (!first.equals(world)) {
            return List.of(first);
        }
        World second = flaws.has(TOMBSTONE_GONE_BEFORE_PACK) ? withoutPack : withoutTombstone;
        List<Pack> left = List.copyOf(deleting.left().subList(1, deleting.left().size()));
        return List.of(second.with(me, to(new Phase.Deleting(left))));
    }
}
