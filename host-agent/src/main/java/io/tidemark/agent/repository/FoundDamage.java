package io.tidemark.agent.repository;

import io.tidemark.agent.repository.RepositoryException.DamagedException;
import io.tidemark.agent.repository.pack.PackScan;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Gathers by packs what a verification finds. Safe for use by many threads.
final class FoundDamage implements PackScan.Damage {
    private static final int LINES_MAX = 16;

    private final Map<PackId, OfPack> packs = new TreeMap<>(Comparator.comparing(PackId::toString));

    /// What is wrong with one pack. Fields that are not final follow what is found.
    static final class OfPack {
        private final BitSet entries = new BitSet();
        private final List<String> lines = new ArrayList<>();
        private boolean isWhole;
        private int more;

        boolean isWhole() {
            return isWhole;
        }

        List<String> lines() {
            List<String> some = new ArrayList<>(lines);
            if (more > 0) {
                some.add("and " + more + " more");
            }
            return some;
        }

        private void add(DamagedException what) {
            String line = String.valueOf(what.getMessage());
            if (lines.contains(line)) {
                return;
            }
            if (lines.size() < LINES_MAX) {
                lines.add(line);
            } else {
                more++;
            }
        }
    }

    private OfPack of(PackId pack) {
        return packs.computeIfAbsent(pack, _ -> new OfPack());
    }

    @Override
    public synchronized void pack(PackId pack, DamagedException what) {
        OfPack damaged = of(pack);
        damaged.isWhole = true;
        damaged.add(what);
    }

    @Override
    public synchronized void entry(Place place, DamagedException what) {
        OfPack damaged = of(place.pack());
        damaged.entries.set(place.entry());
        damaged.add(what);
    }

    /// By pack, in the order of their names.
    synchronized Map<PackId, OfPack> packs() {
        Map<PackId, OfPack> copy = new LinkedHashMap<>(packs);
        return copy;
    }

    synchronized boolean isDamaged(Place place) {
        OfPack damaged = packs.get(place.pack());
        return damaged != null && (damaged.isWhole || damaged.entries.get(place.entry()));
    }
}
