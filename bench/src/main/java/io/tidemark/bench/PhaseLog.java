package io.tidemark.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The line that the agent logs at the end of each attempt, such as
/// `backup attempt 1.7 ended: plan=12ms take=190ms total=230ms ... restorePointId=...`.
final class PhaseLog {
    private static final Pattern PHASE = Pattern.compile("\\b([a-z]+)=([0-9]+)ms\\b");
    private static final String COMMIT = "commit";
    private static final String ENDED = "backup attempt ";
    /// The line is written when the orchestrator may have heard of the end already.
    private static final int LOOKS_MAX = 100;
    private static final long LOOK_MILLIS = 20;

    private PhaseLog() {}

    /// Milliseconds of each phase in the order of the line; empty where the agent has not said.
    static Map<String, Long> await(Path log, String point) throws IOException, InterruptedException {
        Map<String, Long> found = of(Files.readAllLines(log), point);
        for (int look = 0; found.isEmpty() && look < LOOKS_MAX; look++) {
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
            found = of(Files.readAllLines(log), point);
        }
        return found;
    }

    /// Milliseconds until the end of the phase in which the commit became durable; empty where the phases do not
    /// say.
    static OptionalLong untilCommit(Map<String, Long> phases) {
        long sum = 0;
        for (Map.Entry<String, Long> phase : phases.entrySet()) {
            sum += phase.getValue();
            if (phase.getKey().equals(COMMIT)) {
                return OptionalLong.of(sum);
            }
        }
        return OptionalLong.empty();
    }

    static Map<String, Long> of(List<String> lines, String point) {
        Map<String, Long> millis = new LinkedHashMap<>();
        for (String line : lines) {
            if (line.contains(ENDED) && line.contains(point)) {
                Matcher matcher = PHASE.matcher(line);
                while (matcher.find()) {
                    millis.put(matcher.group(1), Long.parseLong(matcher.group(2)));
                }
            }
        }
        return millis;
    }
}
