package io.tidemark.bench.guest;

import io.tidemark.bench.guest.Injected.Jobs;
import io.tidemark.bench.guest.Injected.Write;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// Rounds whose states have writes of one length each.
final class TestRounds {
    private TestRounds() {}

    static StateRun state(int writes, double millis) {
        List<Write> all = Collections.nCopies(writes, new Write(millis, 2 * millis, true));
        return new StateRun(List.of(new Injected(all, new Jobs(1, 65_536L * writes), writes)), List.of(10.0));
    }

    /// With a write in each state; of all but the baselines it takes 1 ms.
    static GuestRound round(double beforeMillis, double afterMillis) {
        return round(1, Map.of(GuestState.BASELINE_BEFORE, beforeMillis, GuestState.BASELINE_AFTER, afterMillis));
    }

    /// With so many writes in each state, of 1 ms where nothing else is said.
    static GuestRound round(int writes, Map<GuestState, Double> millis) {
        Map<GuestState, StateRun> states = new EnumMap<>(GuestState.class);
        for (GuestState state : GuestState.values()) {
            states.put(state, state(writes, millis.getOrDefault(state, 1.0)));
        }
        return new GuestRound(1, states);
    }
}
