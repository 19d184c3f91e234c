package io.tidemark.agent.backup;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/// How long each phase of an attempt took. The first one is `plan`. One thread.
final class PhaseTimes {
    private final LongSupplier nanos;
    private final long startNanos;
    private final Map<String, Long> millis = new LinkedHashMap<>();
    // not final: the phase that runs
    private String phase = "plan";
    private long phaseNanos;

    PhaseTimes(LongSupplier nanos) {
        this.nanos = nanos;
        this.startNanos = nanos.getAsLong();
        this.phaseNanos = startNanos;
    }

    /// Ends the phase that runs and begins the next.
    void begin(String next) {
        long now = nanos.getAsLong();
        millis.merge(phase, TimeUnit.NANOSECONDS.toMillis(now - phaseNanos), Long::sum);
        phase = next;
        phaseNanos = now;
    }

    long totalMillis() {
        return TimeUnit.NANOSECONDS.toMillis(nanos.getAsLong() - startNanos);
    }

    /// As `plan=12ms take=190ms`, without the phase that runs.
    @Override
    public String toString() {
        return millis.entrySet().stream()
                .map(each -> each.getKey() + "=" + each.getValue() + "ms")
                .collect(Collectors.joining(" ", "", " total=" + totalMillis() + "ms"));
    }
}
