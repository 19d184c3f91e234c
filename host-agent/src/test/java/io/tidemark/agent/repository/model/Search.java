package io.tidemark.agent.repository.model;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// Looks at every world that any order of the actors' steps can lead to, the nearest first.
final class Search {
    private final Flaws flaws;
    /// Each world that was seen, with the one that it came from; the first came from itself.
    private final Map<World, World> seen = new HashMap<>();

    Search(Flaws flaws) {
        this.flaws = flaws;
    }

    /// The shortest way to a fault, as what is seen at each step; empty if no order of steps leads to one.
    Optional<List<String>> wayToAFault(World start) {
        Deque<World> next = new ArrayDeque<>(List.of(start));
        seen.put(start, start);
        while (!next.isEmpty()) {
            World world = next.remove();
            Optional<String> fault = world.fault();
            if (fault.isPresent()) {
                return Optional.of(way(world, fault.get()));
            }
            for (int who = 0; who < world.actors().size(); who++) {
                for (World after : world.actors().get(who).step(world, who, flaws)) {
                    if (seen.putIfAbsent(after, world) == null) {
                        next.add(after);
                    }
                }
            }
        }
        return Optional.empty();
    }

    int worlds() {
        return seen.size();
    }

    private List<String> way(World end, String fault) {
        List<String> way = new ArrayList<>(List.of(fault));
        for (World at = end; !Objects.equals(seen.get(at), at); at = Objects.requireNonNull(seen.get(at))) {
            way.add(at.toString());
        }
        Collections.reverse(way);
        return way;
    }
}
