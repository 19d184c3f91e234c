package io.tidemark.agent.repository.model;

import static io.tidemark.agent.repository.model.Flaws.Flaw.CLOSED_SESSION_COMMITS;
import static io.tidemark.agent.repository.model.Flaws.Flaw.COMMIT_AFTER_FENCE;
import static io.tidemark.agent.repository.model.Flaws.Flaw.FENCED_WRITER_PROVES_NOTHING;
import static io.tidemark.agent.repository.model.Flaws.Flaw.LOOKUP_BEFORE_SESSION;
import static io.tidemark.agent.repository.model.Flaws.Flaw.OLDER_ATTEMPT_COMMITS;
import static io.tidemark.agent.repository.model.Flaws.Flaw.OLD_LAYOUT_TAKEN_OVER;
import static io.tidemark.agent.repository.model.Flaws.Flaw.OWN_RECORD_NOT_RECOGNISED;
import static io.tidemark.agent.repository.model.Flaws.Flaw.PACK_LOOKED_FOR_BEFORE_TOMBSTONE;
import static io.tidemark.agent.repository.model.Flaws.Flaw.PARENT_NEVER_LOOKED_AT;
import static io.tidemark.agent.repository.model.Flaws.Flaw.PARENT_NOT_LOOKED_AT_AT_COMMIT;
import static io.tidemark.agent.repository.model.Flaws.Flaw.TOMBSTONE_NOT_LOOKED_AT;

import io.tidemark.agent.repository.model.World.Entry;
import io.tidemark.agent.repository.model.World.Pack;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// One attempt at a restore point: opens a session, takes over what its parent reaches, finds what else is there
/// already, proves each pack of that, uploads the rest, commits, closes.
///
/// @param told what it was told to do
/// @param sessions those that it has opened, the newest last
record Writer(Told told, List<Integer> sessions, Phase phase) implements Actor {
    private static final int SESSIONS_MAX = 10;
    private static final Phase OVERTAKEN = new Phase.Ended("overtaken");
    private static final Phase WITHOUT_PARENT = new Phase.Ended("its parent is pruned");

    /// The command.
    ///
    /// @param contents what the point must hold
    /// @param isContinuing whether it has a parent, if there is any point
    record Told(int vm, int attempt, Set<String> contents, boolean isContinuing) {}

    /// Where it stands. `number` is that of the next log record, as far as it knows.
    sealed interface Phase {
        record Opening(int number, Held held) implements Phase {}

        record LookingUp(int number, Held held) implements Phase {}

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

    /// What the point can be made of: packs of its own, proved ones of others, and the parent's, at which it never
    /// looks.
    record Held(
            Set<Pack> own,
            Set<Pack> proved,
            Set<Pack> taken,
            @Nullable String parent) {
        static final Held NOTHING = new Held(Set.of(), Set.of(), Set.of(), null);

        boolean has(String content) {
            return all().stream().anyMatch(pack -> pack.content().equals(content));
        }

        Set<Pack> all() {
            return Stream.of(own, proved, taken).flatMap(Set::stream).collect(Collectors.toUnmodifiableSet());
        }

        Held withOwn(Pack pack) {
            return new Held(World.plus(own, pack), proved, taken, parent);
        }

        Held withProved(Set<Pack> others) {
            return new Held(own, others, taken, parent);
        }
    }

    /// One that has no parent: it proves whatever it takes over.
    static Writer of(int vm, int attempt, String... contents) {
        return new Writer(new Told(vm, attempt, Set.of(contents), false));
    }

    static Writer continuing(int vm, int attempt, String... contents) {
        return new Writer(new Told(vm, attempt, Set.of(contents), true));
    }

    private Writer(Told told) {
        this(told, List.of(told.attempt() * SESSIONS_MAX), new Phase.Opening(0, Held.NOTHING));
    }

    @Override
    public List<World> step(World world, int me, Flaws flaws) {
        return switch (phase) {
            case Phase.Opening opening -> opening(world, me, flaws, opening);
            case Phase.LookingUp looking -> List.of(world.with(me, to(lookedUp(world, looking))));
            case Phase.Proving proving -> List.of(world.with(me, to(proved(world, flaws, proving))));
            case Phase.Uploading uploading -> List.of(uploaded(world, me, flaws, uploading));
            case Phase.Committing committing -> committed(world, me, flaws, committing);
            case Phase.Closing closing -> List.of(closed(world, me, closing));
            case Phase.Ended _ -> List.of();
        };
    }

    private Writer to(Phase next) {
        return new Writer(told, sessions, next);
    }

    private List<World> opening(World world, int me, Flaws flaws, Phase.Opening opening) {
        if (flaws.has(LOOKUP_BEFORE_SESSION) && opening.number() == 0) {
            return List.of(world.with(me, to(new Phase.LookingUp(0, opening.held()))));
        }
        var record = new Entry.Opened(sessions.getLast(), told.attempt());
        Optional<World> created = world.created(told.vm(), opening.number(), record);
        if (created.isEmpty()) {
            return List.of(world.with(me, to(new Phase.Opening(world.length(told.vm()), opening.held()))));
        }
        if (!mayGoOn(world, flaws)) {
            return List.of(created.get().with(me, to(OVERTAKEN)));
        }
        return parents(world, flaws, opening.held()).stream()
                .map(held -> created.get().with(me, to(afterOpening(flaws, opening.number() + 1, held))))
                .toList();
    }

    /// What it holds with each point that it may have been told to continue. It does not mind whether that one is
    /// pruned: this is looked at when it commits.
    private List<Held> parents(World world, Flaws flaws, Held held) {
        boolean isLookedAt = flaws.has(PARENT_NOT_LOOKED_AT_AT_COMMIT);
        List<Entry.Committed> commits =
                flaws.has(OLD_LAYOUT_TAKEN_OVER) ? world.firstLayouts(told.vm()) : world.commits(told.vm());
        List<Entry.Committed> parents = isLookedAt ? world.points(told.vm()) : commits;
        if (sessions.size() > 1) {
            boolean isThere = parents.stream().anyMatch(each -> each.point().equals(held.parent()));
            return List.of(isThere ? held : new Held(held.own(), held.proved(), Set.of(), null));
        }
        if (!told.isContinuing() || parents.isEmpty()) {
            return List.of(held);
        }
        return parents.stream().map(parent -> takenOver(held, parent)).toList();
    }

    private Held takenOver(Held held, Entry.Committed parent) {
        Set<Pack> taken = parent.needs().stream()
                .filter(pack -> told.contents().contains(pack.content()))
                .collect(Collectors.toUnmodifiableSet());
        return new Held(held.own(), held.proved(), taken, parent.point());
    }

    /// A first session looks around; one that follows a fence proves again what others made.
    private Phase afterOpening(Flaws flaws, int next, Held held) {
        if (flaws.has(LOOKUP_BEFORE_SESSION) && !held.equals(Held.NOTHING)) {
            return new Phase.Committing(next, held);
        }
        if (sessions.size() == 1) {
            return missing(held).isEmpty() ? new Phase.Committing(next, held) : new Phase.LookingUp(next, held);
        }
        return flaws.has(FENCED_WRITER_PROVES_NOTHING)
                ? new Phase.Committing(next, held)
                : new Phase.Proving(next, held.withProved(Set.of()), List.copyOf(held.proved()));
    }

    /// Points of every VM are looked at that a policy has attested.
    private Phase lookedUp(World world, Phase.LookingUp looking) {
        List<Pack> found = new ArrayList<>();
        for (String content : missing(looking.held())) {
            for (int other = 0; other < world.logs().size(); other++) {
                world.points(other).stream()
                        .flatMap(point -> point.needs().stream())
                        .filter(pack -> pack.content().equals(content))
                        .findFirst()
                        .ifPresent(found::add);
            }
        }
        return new Phase.Proving(looking.number(), looking.held(), List.copyOf(found));
    }

    private List<String> missing(Held held) {
        return told.contents().stream()
                .filter(content -> !held.has(content))
                .sorted()
                .toList();
    }

    /// Not after a newer attempt was there, and not after one of its sessions was closed by somebody: what it has
    /// uploaded may be collected since.
    private boolean mayGoOn(World world, Flaws flaws) {
        return world.logs().get(told.vm()).stream().noneMatch(entry -> switch (entry) {
            case Entry.Opened opened -> opened.attempt() > told.attempt() && !flaws.has(OLDER_ATTEMPT_COMMITS);
            case Entry.Closed(int session) -> sessions.contains(session) && !flaws.has(CLOSED_SESSION_COMMITS);
            case Entry.Committed _, Entry.Fence _, Entry.Pruned _, Entry.ReadOpened _ -> false;
            case Entry.RepackOpened _, Entry.Repacked _ -> false;
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
        return new Phase.Proving(proving.number(), proving.held().withProved(after), List.copyOf(left));
    }

    private World uploaded(World world, int me, Flaws flaws, Phase.Uploading uploading) {
        List<String> missing = missing(uploading.held());
        if (missing.isEmpty()) {
            boolean isOpened = uploading.number() > 0 || !flaws.has(LOOKUP_BEFORE_SESSION);
            Phase next = isOpened
                    ? new Phase.Committing(uploading.number(), uploading.held())
                    : new Phase.Opening(world.length(told.vm()), uploading.held());
            return world.with(me, to(next));
        }
        Pack pack = new Pack(missing.getFirst(), sessions.getLast());
        Held held = uploading.held().withOwn(pack);
        return world.withPacks(World.plus(world.packs(), pack))
                .with(me, to(new Phase.Uploading(uploading.number(), held)));
    }

    /// A create that was sent twice may report that the record exists, for its own success.
    private List<World> committed(World world, int me, Flaws flaws, Phase.Committing committing) {
        Held held = committing.held();
        if (isParentPruned(world, flaws, committing)) {
            return List.of(world.with(me, to(WITHOUT_PARENT)));
        }
        var record =
                new Entry.Committed(sessions.getLast(), told.attempt(), "of attempt " + told.attempt(), held.all());
        Optional<World> created = world.created(told.vm(), committing.number(), record);
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

    /// By all the records before its own. It has read them, or the number is taken.
    private boolean isParentPruned(World world, Flaws flaws, Phase.Committing committing) {
        String parent = committing.held().parent();
        return parent != null
                && !flaws.has(PARENT_NOT_LOOKED_AT_AT_COMMIT)
                && !flaws.has(PARENT_NEVER_LOOKED_AT)
                && world.isPruned(told.vm(), parent, committing.number());
    }

    /// The number was taken: reads what came, and goes by it. A fence is about what was proved, so it is nothing to
    /// whoever has proved nothing.
    private Writer afterOthers(World world, Flaws flaws, Phase.Committing committing) {
        if (!mayGoOn(world, flaws)) {
            return to(OVERTAKEN);
        }
        Held held = committing.held();
        List<Entry> unseen = world.logs().get(told.vm()).subList(committing.number(), world.length(told.vm()));
        boolean isFenced = unseen.stream().anyMatch(Entry.Fence.class::isInstance)
                && (!held.proved().isEmpty() || flaws.has(PARENT_NOT_LOOKED_AT_AT_COMMIT));
        if (!isFenced || flaws.has(COMMIT_AFTER_FENCE)) {
            return to(new Phase.Committing(world.length(told.vm()), held));
        }
        List<Integer> more = new ArrayList<>(sessions);
        more.add(sessions.getLast() + 1);
        return new Writer(told, List.copyOf(more), new Phase.Opening(world.length(told.vm()), held));
    }

    private World closed(World world, int me, Phase.Closing closing) {
        if (closing.left().isEmpty()) {
            return world.with(me, to(new Phase.Ended("committed")));
        }
        List<Integer> left =
                List.copyOf(closing.left().subList(1, closing.left().size()));
        return world.created(
                        told.vm(),
                        closing.number(),
                        new Entry.Closed(closing.left().getFirst()))
                .map(created -> created.with(me, to(new Phase.Closing(closing.number() + 1, left))))
                .orElseGet(() -> world.with(me, to(new Phase.Closing(world.length(told.vm()), closing.left()))));
    }
}
