package io.tidemark.agent.repository.model;

import static io.tidemark.agent.repository.model.Flaws.Flaw.CLOSED_REPACK_GOES_ON;
import static io.tidemark.agent.repository.model.Flaws.Flaw.REPACKED_BESIDE_ANOTHER_REPACK;
import static io.tidemark.agent.repository.model.Flaws.Flaw.REPACKED_BESIDE_A_READER;
import static io.tidemark.agent.repository.model.Flaws.Flaw.REPACKED_BESIDE_A_WRITER;
import static io.tidemark.agent.repository.model.Flaws.Flaw.REPACK_LOOKS_BEFORE_ITS_SESSION;

import io.tidemark.agent.repository.model.World.Entry;
import io.tidemark.agent.repository.model.World.Pack;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Moves one content of a VM's points into a pack of its own: opens a session, looks where the points lie, uploads,
/// says of one point after the other where it lies now, closes. It does not mind whether a point is pruned.
///
/// @param moved the content that it moves
record Repacker(int vm, int session, String moved, Phase phase) implements Actor {
    /// Where it stands. `number` is that of the next log record, as far as it knows.
    sealed interface Phase {
        /// To begin; with layouts if it was made to look too early.
        record Opening(int number, List<Entry.Repacked> layouts) implements Phase {}

        record Looking(int number) implements Phase {}

        record Uploading(int number, List<Entry.Repacked> layouts) implements Phase {}

        record Appending(int number, List<Entry.Repacked> layouts) implements Phase {}

        record Closing(int number) implements Phase {}

        record Ended() implements Phase {}
    }

    static Repacker of(int vm, int session, String moved) {
        return new Repacker(vm, session, moved, new Phase.Opening(0, List.of()));
    }

    @Override
    public List<World> step(World world, int me, Flaws flaws) {
        return switch (phase) {
            case Phase.Opening opening -> List.of(opened(world, me, flaws, opening));
            case Phase.Looking(int number) -> List.of(world.with(me, to(new Phase.Uploading(number, layouts(world)))));
            case Phase.Uploading(int number, List<Entry.Repacked> layouts) ->
                List.of(world.withPacks(World.plus(world.packs(), own()))
                        .with(me, to(new Phase.Appending(number, layouts))));
            case Phase.Appending appending -> List.of(appended(world, me, flaws, appending));
            case Phase.Closing(int number) ->
                List.of(world.created(vm, number, new Entry.Closed(session))
                        .map(created -> created.with(me, to(new Phase.Ended())))
                        .orElseGet(() -> world.with(me, to(new Phase.Closing(world.length(vm))))));
            case Phase.Ended() -> List.of();
        };
    }

    private Repacker to(Phase next) {
        return new Repacker(vm, session, moved, next);
    }

    private Pack own() {
        return new Pack(moved, session);
    }

    private World opened(World world, int me, Flaws flaws, Phase.Opening opening) {
        boolean isEarly = flaws.has(REPACK_LOOKS_BEFORE_ITS_SESSION);
        if (isEarly && opening.number() == 0) {
            return world.with(me, to(new Phase.Opening(world.length(vm), layouts(world))));
        }
        int next = opening.number() + 1;
        Phase after = isEarly ? new Phase.Uploading(next, opening.layouts()) : new Phase.Looking(next);
        return world.created(vm, opening.number(), new Entry.RepackOpened(session))
                .map(created -> created.with(me, to(after)))
                .orElseGet(() -> world.with(me, to(new Phase.Opening(world.length(vm), opening.layouts()))));
    }

    /// What each point that holds the content needs once that has moved.
    private List<Entry.Repacked> layouts(World world) {
        return world.points(vm).stream()
                .filter(point -> point.needs().stream().anyMatch(this::isMoved))
                .map(point -> new Entry.Repacked(point.point(), afterMove(point.needs())))
                .toList();
    }

    private boolean isMoved(Pack pack) {
        return pack.content().equals(moved);
    }

    private Set<Pack> afterMove(Set<Pack> needs) {
        Set<Pack> after = new HashSet<>(needs);
        after.removeIf(this::isMoved);
        return World.plus(after, own());
    }

    /// By all the records before its own. It has read them, or the number is taken.
    private World appended(World world, int me, Flaws flaws, Phase.Appending appending) {
        List<Entry.Repacked> layouts = appending.layouts();
        if (layouts.isEmpty() || !mayAppend(world, flaws)) {
            return world.with(me, to(new Phase.Closing(world.length(vm))));
        }
        List<Entry.Repacked> left = List.copyOf(layouts.subList(1, layouts.size()));
        return world.created(vm, appending.number(), layouts.getFirst())
                .map(created -> created.with(me, to(new Phase.Appending(appending.number() + 1, left))))
                .orElseGet(() -> world.with(me, to(new Phase.Appending(world.length(vm), layouts))));
    }

    private boolean mayAppend(World world, Flaws flaws) {
        Set<Integer> open = world.openSessions(vm);
        boolean isAlone = world.logs().get(vm).stream().noneMatch(entry -> switch (entry) {
            case Entry.Opened opened -> open.contains(opened.session()) && !flaws.has(REPACKED_BESIDE_A_WRITER);
            case Entry.ReadOpened reading -> open.contains(reading.session()) && !flaws.has(REPACKED_BESIDE_A_READER);
            case Entry.RepackOpened(int other) ->
                other != session && open.contains(other) && !flaws.has(REPACKED_BESIDE_ANOTHER_REPACK);
            case Entry.Committed _, Entry.Fence _, Entry.Pruned _, Entry.Repacked _, Entry.Closed _ -> false;
        });
        return isAlone && (open.contains(session) || flaws.has(CLOSED_REPACK_GOES_ON));
    }
}
