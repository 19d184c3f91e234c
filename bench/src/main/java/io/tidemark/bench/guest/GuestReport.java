package io.tidemark.bench.guest;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tidemark.bench.Figure;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// What all rounds come to: the figures of those that are valid, and one verdict. There is none with too few valid
/// rounds or with too few writes in a state.
record GuestReport(List<GuestRound> rounds, Map<String, Object> fields) {
    /// Valid rounds that a verdict needs.
    static final int VALID_MIN = 5;
    /// Writes in each state that a verdict needs.
    static final int WRITES_MIN = 5000;

    private static final ObjectMapper MAPPER = new ObjectMapper();

    GuestReport {
        rounds = List.copyOf(rounds);
    }

    private List<GuestRound> valid() {
        return rounds.stream().filter(round -> !round.isVoid()).toList();
    }

    /// The fewest writes of a state of a valid round.
    private int writesLeast() {
        return valid().stream()
                .flatMap(round -> round.states().values().stream())
                .mapToInt(StateRun::writes)
                .min()
                .orElse(0);
    }

    private boolean isJudged() {
        return valid().size() >= VALID_MIN && writesLeast() >= WRITES_MIN;
    }

    /// None without a valid round.
    List<Figure> figures() {
        return valid().isEmpty() ? List.of() : new GuestFigures(valid(), isJudged(), fields).all();
    }

    /// `holds`, `missed: ` with the figures that miss their bars, or `no verdict: ` with what is lacking.
    String verdict() {
        if (valid().size() < VALID_MIN) {
            return "no verdict: " + valid().size() + " of " + VALID_MIN + " valid rounds";
        }
        if (writesLeast() < WRITES_MIN) {
            return "no verdict: " + writesLeast() + " of " + WRITES_MIN + " writes in a state";
        }
        String missed = figures().stream()
                .filter(figure -> Boolean.FALSE.equals(figure.holds()))
                .map(Figure::name)
                .collect(Collectors.joining(", "));
        return missed.isEmpty() ? "holds" : "missed: " + missed;
    }

    /// The last line: the verdict, and every round with every state, those too that are void.
    String json(String bench) {
        ObjectNode line = MAPPER.createObjectNode();
        line.put("bench", bench);
        line.put("verdict", verdict());
        line.put("validRounds", valid().size());
        line.set(
                "rounds",
                MAPPER.valueToTree(rounds.stream().map(GuestRound::fields).toList()));
        return line.toString();
    }
}
