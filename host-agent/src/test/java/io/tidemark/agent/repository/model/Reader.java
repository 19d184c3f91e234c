package io.tidemark.agent.repository.model;

import static io.tidemark.agent.repository.model.Flaws.Flaw.READER_DOES_NOT_LOOK_FOR_PRUNES;
import static io.tidemark.agent.repository.model.Flaws.Flaw.READER_NOT_REGISTERED;

import io.tidemark.agent.repository.model.World.Entry;
import io.tidemark.agent.repository.model.World.Pack;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A restore: registers which point it reads, reads every pack of it, closes.
record Reader(int vm, int session, String point, Phase phase) implements Actor {
    /// Where it stands. `number` is that of the next log record, as far as it knows.
    sealed interface Phase {
        record Opening(int number) implements Phase {}

        record Reading(List<Pack> left) implements Phase {}

        /// What must never be.
        record Missing(Pack pack) implements Phase {}

        record Closing(int number) implements Phase {}

        record Ended() implements Phase {}
    }

    static Reader of(int vm, int session, String point) {
        return new Reader(vm, session, point, new Phase.Opening(0));
    }

    Optional<Pack> missing() {
        return phase instanceof Phase.Missing(Pack pack) ? Optional.of(pack) : Optional.empty();
    }

    @Override
    public List<World> step(World world, int me, Flaws flaws) {
        return switch (phase) {
            case Phase.Opening(int number) -> List.of(opened(world, me, flaws, number));
            case Phase.Reading(List<Pack> left) -> List.of(world.with(me, to(read(world, left))));
            case Phase.Closing(int number) ->
                List.of(world.created(vm, number, new Entry.Closed(session))
                        .map(created -> created.with(me, to(new Phase.Ended())))
                        .orElseGet(() -> world.with(me, to(new Phase.Closing(world.length(vm))))));
            case Phase.Missing _, Phase.Ended _ -> List.of();
        };
    }

    private Reader to(Phase next) {
        return new Reader(vm, session, point, next);
    }

    /// Whoever has read the log to its end and takes the next number has seen every prune before it.
    private World opened(World world, int me, Flaws flaws, int number) {
        Optional<Entry.Committed> live = committed(world, flaws.has(READER_DOES_NOT_LOOK_FOR_PRUNES));
        if (live.isEmpty()) {
            return world.with(me, to(new Phase.Ended()));
        }
        Phase reading = new Phase.Reading(List.copyOf(live.get().needs()));
        if (flaws.has(READER_NOT_REGISTERED)) {
            return world.with(me, to(reading));
        }
        return world.created(vm, number, new Entry.ReadOpened(session, point))
                .map(created -> created.with(me, to(reading)))
                .orElseGet(() -> world.with(me, to(new Phase.Opening(world.length(vm)))));
    }

    private Optional<Entry.Committed> committed(World world, boolean alsoPruned) {
        List<Entry.Committed> points = new ArrayList<>(world.points(vm));
        if (alsoPruned) {
            points.addAll(world.commits(vm));
        }
        return points.stream().filter(each -> each.point().equals(point)).findFirst();
    }

    private Phase read(World world, List<Pack> left) {
        if (left.isEmpty()) {
            return new Phase.Closing(world.length(vm));
        }
        Pack pack = left.getFirst();
        return world.packs().contains(pack)
                ? new Phase.Reading(List.copyOf(left.subList(1, left.size())))
                : new Phase.Missing(pack);
    }
}
