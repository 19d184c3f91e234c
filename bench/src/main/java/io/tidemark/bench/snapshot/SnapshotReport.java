package io.tidemark.bench.snapshot;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tidemark.bench.Figure;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What all rounds come to. There is no bar, so a verdict says only whether the figures of the writes rest on
/// enough rounds.
record SnapshotReport(List<SnapshotRound> rounds, Map<String, Object> fields) {
    /// Valid rounds of each disk that the figures of its writes need.
    static final int VALID_MIN = 5;
    /// Writes in each pass that they need.
    static final int WRITES_MIN = 5000;

    private static final ObjectMapper MAPPER = new ObjectMapper();

    SnapshotReport {
        rounds = List.copyOf(rounds);
    }

    List<Figure> figures() {
        return rounds.isEmpty() ? List.of() : new SnapshotFigures(rounds, fields).all();
    }

    /// Of each disk.
    Map<String, Long> valid() {
        Map<String, Long> valid = new LinkedHashMap<>();
        for (SnapshotRound round : rounds) {
            round.writes().forEach((word, writes) -> valid.merge(word, writes.isVoid() ? 0L : 1L, Long::sum));
        }
        return valid;
    }

    /// Whether every disk has had its valid rounds.
    boolean hasEnoughRounds() {
        Map<String, Long> valid = valid();
        return !valid.isEmpty() && valid.values().stream().allMatch(count -> count >= VALID_MIN);
    }

    /// `figures without bars`, or `no verdict: ` with what is lacking.
    ///
    /// @param writes in each pass
    String verdict(int writes) {
        if (!hasEnoughRounds()) {
            return "no verdict: expected " + VALID_MIN + " valid rounds of each disk, found " + valid();
        }
        return writes < WRITES_MIN
                ? "no verdict: expected " + WRITES_MIN + " writes in a pass, found " + writes
                : "figures without bars";
    }

    /// The last line: the verdict, and the writes of every round, void ones too.
    String json(String bench, int writes) {
        ObjectNode line = MAPPER.createObjectNode();
        line.put("bench", bench);
        line.put("verdict", verdict(writes));
        line.set("validRounds", MAPPER.valueToTree(valid()));
        line.set(
                "rounds",
                MAPPER.valueToTree(rounds.stream().map(SnapshotRound::fields).toList()));
        return line.toString();
    }
}
