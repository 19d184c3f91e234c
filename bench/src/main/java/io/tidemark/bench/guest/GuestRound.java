package io.tidemark.bench.guest;

import io.tidemark.bench.write.Latencies;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/// One round: every state once. What is measured without a backup is measured at its beginning and at its end; if
/// these two differ too much, the machine was not the same all the while, and the round is void.
///
/// @param states in the order in which they were measured
record GuestRound(int number, Map<GuestState, StateRun> states) {
    GuestRound {
        for (GuestState state : GuestState.values()) {
            if (!states.containsKey(state)) {
                throw new IllegalArgumentException(
                        "round " + number + ": expected the state " + state + ", found only " + states.keySet());
            }
        }
        states = new LinkedHashMap<>(states);
    }

    StateRun of(GuestState state) {
        return Objects.requireNonNull(states.get(state), state.word());
    }

    boolean isVoid() {
        return Latencies.differ(
                of(GuestState.BASELINE_BEFORE).latencies(),
                of(GuestState.BASELINE_AFTER).latencies());
    }

    /// Without a backup, by QEMU's clock: the middle of both baselines.
    Latencies baseline() {
        return Latencies.middle(
                of(GuestState.BASELINE_BEFORE).latencies(),
                of(GuestState.BASELINE_AFTER).latencies());
    }

    /// The same by the clock of who asks for the writes.
    Latencies baselineRoundTrips() {
        return Latencies.middle(
                of(GuestState.BASELINE_BEFORE).roundTrips(),
                of(GuestState.BASELINE_AFTER).roundTrips());
    }

    /// What the last line says of it; its states in the order of their measurement.
    Map<String, Object> fields() {
        Map<String, Object> all = new LinkedHashMap<>();
        states.forEach(
                (state, run) -> all.put(state.name().toLowerCase(Locale.ROOT).replace('_', '-'), run.fields()));
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("round", number);
        fields.put("void", isVoid());
        fields.put("states", all);
        return fields;
    }

    /// For the person at the terminal.
    String text() {
        StringBuilder text = new StringBuilder("p50/p99 in ms");
        for (GuestState state : List.of(GuestState.values())) {
            Latencies latencies = of(state).latencies();
            text.append(String.format(Locale.ROOT, "; %s %.3f/%.3f", state.word(), latencies.p50(), latencies.p99()));
        }
        return text.append(isVoid() ? "; void, as its baselines differ" : "").toString();
    }
}
