package io.tidemark.agent.snapshot;

import io.tidemark.schemas.vocabulary.FailureReason;
import io.tidemark.schemas.vocabulary.SnapshotMechanism;
import io.tidemark.schemas.vocabulary.SnapshotMember;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Volumes with their snapshots in memory, and a place in the order of acts at which all dies or one fails.
final class MemoryVolumes {
    /// What was done, in this order.
    final List<String> acts = new ArrayList<>();
    final Map<String, String> content = new TreeMap<>();
    private final Map<String, Map<String, String>> snapshots = new TreeMap<>();
    private int deathAt = Integer.MAX_VALUE;
    private String failing = "none";
    private final Map<String, SnapshotMechanism> makers = new HashMap<>();
    private final Map<String, Runnable> once = new HashMap<>();

    /// That the process is gone, which nothing in it can catch.
    static final class Death extends Error {
        private static final long serialVersionUID = 1L;
    }

    /// Dies before the act of that number, from 1 on.
    void dieAt(int number) {
        deathAt = number;
    }

    void live() {
        deathAt = Integer.MAX_VALUE;
        acts.clear();
    }

    /// Has acts of that text fail until told otherwise.
    void fail(String act) {
        failing = act;
    }

    /// Runs something with the next act of that text.
    void at(String act, Runnable run) {
        once.put(act, run);
    }

    void act(String what) {
        if (acts.size() + 1 >= deathAt) {
            throw new Death();
        }
        acts.add(what);
        Optional.ofNullable(once.remove(what)).ifPresent(Runnable::run);
        if (what.equals(failing)) {
            throw new SnapshotException(FailureReason.NO_SPACE, what + ": expected room, found none");
        }
    }

    boolean isThere(String volume, String name) {
        return of(volume).containsKey(name);
    }

    List<String> names(String volume, SnapshotMechanism mechanism) {
        return names(volume).stream()
                .filter(name -> makers.get(volume + name) == mechanism)
                .toList();
    }

    List<String> names(String volume) {
        return List.copyOf(of(volume).keySet());
    }

    void take(SnapshotMember member) {
        makers.put(member.volume() + member.storageName(), member.mechanism());
        of(member.volume()).put(member.storageName(), content.getOrDefault(member.volume(), ""));
    }

    void revert(SnapshotMember member) {
        String held = of(member.volume()).get(member.storageName());
        if (held == null) {
            throw new SnapshotException(
                    FailureReason.SNAPSHOT_CHANGED, member.volume() + ": expected its snapshot, found none");
        }
        content.put(member.volume(), held);
    }

    void delete(SnapshotMember member) {
        of(member.volume()).remove(member.storageName());
    }

    private Map<String, String> of(String volume) {
        return snapshots.computeIfAbsent(volume, _ -> new LinkedHashMap<>());
    }
}
