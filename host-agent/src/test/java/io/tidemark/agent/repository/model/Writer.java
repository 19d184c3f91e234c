package io.tidemark.agent.repository.model;

import static io.tidemark.agent.repository.model.Flaws.Flaw.CLOSED_SESSION_COMMITS;
import static io.tidemark.agent.repository.model.Flaws.Flaw.COMMIT_AFTER_FENCE;
import static io.tidemark.agent.repository.model.Flaws.Flaw.FENCED_WRITER_PROVES_NOTHING;
import static io.tidemark.agent.repository.model.Flaws.Flaw.LOOKUP_BEFORE_SESSION;
import static io.tidemark.agent.repository.model.Flaws.Flaw.OLDER_ATTEMPT_COMMITS;
import static io.tidemark.agent.repository.model.Flaws.Flaw.OWN_RECORD_NOT_RECOGNISED;
import static io.tidemark.agent.repository.model.Flaws.Flaw.PACK_LOOKED_FOR_BEFORE_TOMBSTONE;
import static io.tidemark.agent.repository.model.Flaws.Flaw.TOMBSTONE_NOT_LOOKED_AT;

import io.tidemark.agent.repository.model.World.Entry;
import io.tidemark.agent.repository.model.World.Pack;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// One attempt at a restore point: opens a session, finds what is there already, proves each pack that it takes
/// over, uploads the rest, commits, closes.
///
/// @param contents what the point must hold
/// @param sessions those that it has opened, the newest last
record Writer(int vm, int attempt, Set<String> contents, List<Integer> sessions, Phase phase) implements Actor {
    private static final int SESSIONS_MAX = 10;
    private static final Phase OVERTAKEN = new Phase.Ended("overtaken");

    /// Where it stands. `number` is that of the next log record, as far as it knows.
    sealed interface Phase {
        record Opening(int number, Held held) implements Phase {}

        record LookingUp(int number) implements Phase {}

        /// Looks at one pack after the other, twice at each.
        ///
        /// @param isHalfProved whether the first of the two looks at the first pack that is left was good
        record Proving(int number, Held held, List<Pack> left, boolean isHalfProved) implements Phase {
            Proving(int number, Held held, List<Pack> left) {
                this(number, held, left, false);
            }
        }

        record Uploading(int number, Held held) implements Phase {}

        record Committing(int number, Held held) implements Phase {}

        record Closing(int number, List<Integer> left) implements Phase {}

        record Ended(String how) implements Phase {}
    }

    /// What the point can be made of: packs of its own, and proved ones of others.
    record Held(Set<Pack> own, Set<Pack> proved) {
        static final Held NOTHING = new Held(Set.of(), Set.of());

        boolean has(String content) {
            return own.stream().anyMatch(pack -> pack.content().equals(content))
                    || proved.stream().anyMatch(pack -> pack.content().equals(content));
        }

        Set<Pack> all() {
            Set<Pack> all = new HashSet<>(own);
            all.addAll(proved);
            return Set.copyOf(all);
        }
    }

    static Writer of(int vm, int attempt, String... contents) {
        return new Writer(
                vm, attempt, Set.of(contents), List.of(attempt * SESSIONS_MAX), new Phase.Opening(0, Held.NOTHING));
    }

    @Override
    public List<World> step(World world, int me, Flaws flaws) {
        return switch (phase) {
            case Phase.Opening opening -> opening(world, me, flaws, opening);
            case Phase.LookingUp(int number) -> List.of(world.with(me, to(lookedUp(world, number))));
            case Phase.Proving proving -> List.of(world.with(me, to(proved(world, flaws, proving))));
            case Phase.Uploading uploading -> List.of(uploaded(world, me, flaws, uploading));
            case Phase.Committing committing -> committed(world, me, flaws, committing);
            case Phase.Closing closing -> List.of(closed(world, me, closing));
            case Phase.Ended _ -> List.of();
        };
    }

    private Writer to(Phase next) {
        return new Writer(vm, attempt, contents, sessions, next);
    }

    private List<World> opening(World world, int me, Flaws flaws, Phase.Opening opening) {
        if (flaws.has(LOOKUP_BEFORE_SESSION) && opening.number() == 0) {
            return List.of(world.with(me, to(new Phase.LookingUp(0))));
        }
        Optional<World> created = world.created(vm, opening.number(), new Entry.Opened(sessions.getLast(), attempt));
        if (created.isEmpty()) {
            return List.of(world.with(me, to(new Phase.Opening(world.length(vm), opening.held()))));
        }
        Phase next = mayGoOn(world, flaws) ? afterOpening(flaws, opening) : OVERTAKEN;
        return List.of(created.get().with(me, to(next)));
    }

    /// A first session looks around; one that follows a fence proves again what others made.
    private Phase afterOpening(Flaws flaws, Phase.Opening opening) {
        int next = opening.number() + 1;
        Held held = opening.held();
        if (flaws.has(LOOKUP_BEFORE_SESSION) && !held.equals(Held.NOTHING)) {
            return new Phase.Committing(next, held);
        }
        if (sessions.size() == 1) {
            return new Phase.LookingUp(next);
        }
        return flaws.has(FENCED_WRITER_PROVES_NOTHING)
                ? new Phase.Committing(next, held)
                : new Phase.Proving(next, new Held(held.own(), Set.of()), List.copyOf(held.proved()));
    }

    /// Points of every VM are looked at: the parent's, and others' that a policy has attested.
    private Phase lookedUp(World world, int number) {
        List<Pack> found = new ArrayList<>();
        for (String content : contents) {
            for (int other = 0; other < world.logs().size(); other++) {
                world.points(other).stream()
                        .flatMap(point -> point.needs().stream())
                        .filter(pack -> pack.content().equals(content))
                        .findFirst()
                        .ifPresent(found::add);
            }
        }
        return new Phase.Proving(number, Held.NOTHING, List.copyOf(found));
    }

    /// Not after a newer attempt was there, and not after one of its sessions was closed by somebody: what it has
    /// uploaded may be collected since.
    private boolean mayGoOn(World world, Flaws flaws) {
        return world.logs().get(vm).stream().noneMatch(entry -> switch (entry) {
            case Entry.Opened opened -> opened.attempt() > attempt && !flaws.has(OLDER_ATTEMPT_COMMITS);
            case Entry.Closed(int session) -> sessions.contains(session) && !flaws.has(CLOSED_SESSION_COMMITS);
            case Entry.Committed _, Entry.Fence _, Entry.Pruned _, Entry.ReadOpened _ -> false;
        });
    }

    /// Two looks: first that there is no tombstone, then that the pack is there. The other way round, pack and
    /// tombstone may go between them.
    private Phase proved(World world, Flaws flaws, Phase.Proving proving) {
        if (proving.left().isEmpty()) {
            return new Phase.Uploading(proving.number(), proving.held());
        }
        Pack pack = proving.left().getFirst();
        boolean isAboutPack = proving.isHalfProved() != flaws.has(PACK_LOOKED_FOR_BEFORE_TOMBSTONE);
        boolean isGood = isAboutPack
                ? world.packs().contains(pack)
                : !world.isBuried(pack) || flaws.has(TOMBSTONE_NOT_LOOKED_AT);
        if (isGood && !proving.isHalfProved()) {
            return new Phase.Proving(proving.number(), proving.held(), proving.left(), true);
        }
        Set<Pack> proved = proving.held().proved();
        Set<Pack> after = isGood ? World.plus(proved, pack) : proved;
        List<Pack> left = proving.left().subList(1, proving.left().size());
        return new Phase.Proving(proving.number(), new Held(proving.held().own(), after), List.copyOf(left));
    }

    private World uploaded(World world, int me, Flaws flaws, Phase.Uploading uploading) {
        Optional<String> missing = contents.stream()
                .sorted()
                .filter(content -> !uploading.held().has(content))
                .findFirst();
        if (missing.isEmpty()) {
            boolean isOpened = uploading.number() > 0 || !flaws.has(LOOKUP_BEFORE_SESSION);
            Phase next = isOpened
                    ? new Phase.Committing(uploading.number(), uploading.held())
                    : new Phase.Opening(world.length(vm), uploading.held());
            return world.with(me, to(next));
        }
        Pack pack = new Pack(missing.get(), sessions.getLast());
        Held held = new Held(
                World.plus(uploading.held().own(), pack), uploading.held().proved());
        return world.withPacks(World.plus(world.packs(), pack))
                .with(me, to(new Phase.Uploading(uploading.number(), held)));
    }

    /// A create that was sent twice may report that the record exists, for its own success.
    private List<World> committed(World world, int me, Flaws flaws, Phase.Committing committing) {
        var record = new Entry.Committed(
                sessions.getLast(),
                attempt,
                "of attempt " + attempt,
                committing.held().all());
        Optional<World> created = world.created(vm, committing.number(), record);
        if (created.isEmpty()) {
            return List.of(world.with(me, afterOthers(world, flaws, committing)));
        }
        World there = created.get();
        World isTold = there.with(me, to(new Phase.Closing(committing.number() + 1, sessions)));
        World isMistold = flaws.has(OWN_RECORD_NOT_RECOGNISED)
                ? there.with(me, to(new Phase.Committing(committing.number() + 1, committing.held())))
                : isTold;
        return isMistold.equals(isTold) ? List.of(isTold) : List.of(isTold, isMistold);
    }

    /// The number was taken: reads what came, and goes by it.
    private Writer afterOthers(World world, Flaws flaws, Phase.Committing committing) {
        if (!mayGoOn(world, flaws)) {
            return to(OVERTAKEN);
        }
        List<Entry> unseen = world.logs().get(vm).subList(committing.number(), world.length(vm));
        boolean isFenced = unseen.stream().anyMatch(Entry.Fence.class::isInstance);
        if (!isFenced || flaws.has(COMMIT_AFTER_FENCE)) {
            return to(new Phase.Committing(world.length(vm), committing.held()));
        }
        List<Integer> more = new ArrayList<>(sessions);
        more.add(sessions.getLast() + 1);
        return new Writer(
                vm, attempt, contents, List.copyOf(more), new Phase.Opening(world.length(vm), committing.held()));
    }

    private World closed(World world, int me, Phase.Closing closing) {
        if (closing.left().isEmpty()) {
            return world.with(me, to(new Phase.Ended("committed")));
        }
        List<Integer> left =
                List.copyOf(closing.left().subList(1, closing.left().size()));
        return world.created(
                        vm, closing.number(), new Entry.Closed(closing.left().getFirst()))
                .map(created -> created.with(me, to(new Phase.Closing(closing.number() + 1, left))))
                .orElseGet(() -> world.with(me, to(new Phase.Closing(world.length(vm), closing.left()))));
    }
}
