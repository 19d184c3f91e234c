package io.tidemark.agent.repository.model;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The repository as all see it, and what each actor knows and does next. Immutable.
///
/// @param logs one a VM, each a list of records that only grows at its end
/// @param packs those that are there
/// @param tombstones of packs that are to be deleted
record World(List<List<Entry>> logs, Set<Pack> packs, Set<Tombstone> tombstones, List<Actor> actors) {
    /// What a pack holds stands for its chunks; its name tells which write session made it.
    record Pack(String content, int session) {}

    /// Says that a collection is about to delete the pack: whoever proves it from now on must not count on it.
    record Tombstone(Pack pack, int collection) {}

    /// A record of a VM's log.
    sealed interface Entry {
        /// A write session is registered before its first look-up.
        record Opened(int session, int attempt) implements Entry {}

        /// A restore point that names every pack that it needs.
        record Committed(int session, int attempt, String point, Set<Pack> needs) implements Entry {
            Committed withNeeds(Set<Pack> others) {
                return new Committed(session, attempt, point, others);
            }
        }

        /// Whoever opened before must prove again what it did not write itself.
        record Fence(int collection) implements Entry {}

        /// The point counts no more.
        record Pruned(String point) implements Entry {}

        /// A read session is registered before its first look at a pack, and names the point that it reads.
        record ReadOpened(int session, String point) implements Entry {}

        /// A repack is registered before it looks where points lie.
        record RepackOpened(int session) implements Entry {}

        /// The point needs these packs from now on, in place of those before.
        record Repacked(String point, Set<Pack> needs) implements Entry {}

        /// The session has ended; its packs are those of nobody unless a point needs them.
        record Closed(int session) implements Entry {}
    }

    /// Points of a VM that are committed and not pruned, oldest first, each in its newest layout.
    List<Entry.Committed> points(int vm) {
        List<Entry> log = logs.get(vm);
        return commits(vm).stream()
                .filter(each -> !log.contains(new Entry.Pruned(each.point())))
                .toList();
    }

    /// Points of a VM that were ever committed, pruned or not, oldest first, each in its newest layout.
    List<Entry.Committed> commits(int vm) {
        Map<String, Entry.Committed> found = new LinkedHashMap<>();
        for (Entry entry : logs.get(vm)) {
            if (entry instanceof Entry.Committed committed) {
                found.put(committed.point(), committed);
            }
            if (entry instanceof Entry.Repacked(String point, Set<Pack> needs)) {
                found.computeIfPresent(point, (_, before) -> before.withNeeds(needs));
            }
        }
        return List.copyOf(found.values());
    }

    /// The same, each as it was committed.
    List<Entry.Committed> firstLayouts(int vm) {
        return logs.get(vm).stream()
                .filter(Entry.Committed.class::isInstance)
                .map(Entry.Committed.class::cast)
                .toList();
    }

    /// Whether a record before that number prunes the point.
    boolean isPruned(int vm, String point, int number) {
        return logs.get(vm).subList(0, number).contains(new Entry.Pruned(point));
    }

    /// Packs that a VM's points need, and those that a read session still reads, pruned or not.
    Set<Pack> needed(int vm) {
        Set<String> read = new HashSet<>();
        Set<Integer> open = openSessions(vm);
        for (Entry entry : logs.get(vm)) {
            if (entry instanceof Entry.ReadOpened reading && open.contains(reading.session())) {
                read.add(reading.point());
            }
        }
        Stream<Entry.Committed> ofReaders = commits(vm).stream().filter(committed -> read.contains(committed.point()));
        return Stream.concat(points(vm).stream(), ofReaders)
                .flatMap(point -> point.needs().stream())
                .collect(Collectors.toUnmodifiableSet());
    }

    /// Sessions of a VM that are opened and not closed.
    Set<Integer> openSessions(int vm) {
        Set<Integer> open = new HashSet<>();
        for (Entry entry : logs.get(vm)) {
            if (entry instanceof Entry.Opened opened) {
                open.add(opened.session());
            }
            if (entry instanceof Entry.ReadOpened reading) {
                open.add(reading.session());
            }
            if (entry instanceof Entry.RepackOpened(int session)) {
                open.add(session);
            }
            if (entry instanceof Entry.Closed(int session)) {
                open.remove(session);
            }
        }
        return open;
    }

    boolean isBuried(Pack pack) {
        return tombstones.stream().anyMatch(each -> each.pack().equals(pack));
    }

    int length(int vm) {
        return logs.get(vm).size();
    }

    /// The log with the entry as its record of that number; empty if the number is taken.
    Optional<World> created(int vm, int number, Entry entry) {
        if (length(vm) != number) {
            return Optional.empty();
        }
        List<List<Entry>> changed = new ArrayList<>(logs);
        changed.set(vm, Stream.concat(logs.get(vm).stream(), Stream.of(entry)).toList());
        return Optional.of(new World(List.copyOf(changed), packs, tombstones, actors));
    }

    World with(int who, Actor next) {
        List<Actor> changed = new ArrayList<>(actors);
        changed.set(who, next);
        return new World(logs, packs, tombstones, List.copyOf(changed));
    }

    World withOneMoreVm() {
        List<List<Entry>> more = new ArrayList<>(logs);
        more.add(List.of());
        return new World(List.copyOf(more), packs, tombstones, actors);
    }

    World withPacks(Set<Pack> changed) {
        return new World(logs, changed, tombstones, actors);
    }

    World withTombstones(Set<Tombstone> changed) {
        return new World(logs, packs, changed, actors);
    }

    /// What must not be: a point that is listed and lacks a pack, a reader that lacks one, an attempt with two
    /// points, an older attempt that commits after a newer one was there. Empty if all is well.
    Optional<String> fault() {
        for (Actor actor : actors) {
            if (actor instanceof Reader reader && reader.missing().isPresent()) {
                return Optional.of("a reader lacks " + reader.missing().get());
            }
        }
        for (int vm = 0; vm < logs.size(); vm++) {
            for (Entry.Committed point : points(vm)) {
                if (!packs.containsAll(point.needs())) {
                    return Optional.of("point " + point.point() + " needs " + point.needs() + ", there are " + packs);
                }
            }
            Optional<String> disorder = disorder(logs.get(vm));
            if (disorder.isPresent()) {
                return disorder;
            }
        }
        return Optional.empty();
    }

    private static Optional<String> disorder(List<Entry> log) {
        int newest = 0;
        Set<Integer> committed = new HashSet<>();
        for (Entry entry : log) {
            if (entry instanceof Entry.Opened opened) {
                newest = Math.max(newest, opened.attempt());
            }
            if (entry instanceof Entry.Committed commit) {
                if (!committed.add(commit.attempt())) {
                    return Optional.of("attempt " + commit.attempt() + " has committed twice");
                }
                if (commit.attempt() < newest) {
                    return Optional.of("attempt " + commit.attempt() + " has committed after " + newest + " was open");
                }
            }
        }
        return Optional.empty();
    }

    static <T> Set<T> plus(Set<T> some, T one) {
        Set<T> all = new HashSet<>(some);
        all.add(one);
        return Set.copyOf(all);
    }

    static <T> Set<T> minus(Set<T> some, Set<T> others) {
        Set<T> left = new HashSet<>(some);
        left.removeAll(others);
        return Set.copyOf(left);
    }
}
