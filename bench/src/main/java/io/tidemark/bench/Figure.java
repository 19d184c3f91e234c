package io.tidemark.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One measured quantity of ours beside the same of a peer. Both are costs: less is better, and a ratio above 1
/// says that ours is cheaper.
///
/// @param unit of every value of both sides
/// @param ours a value a round
/// @param theirs a value for the same rounds in the same order
/// @param bar what is promised; `null` where nothing is
/// @param moonshot what is dreamt of, in the terms of the bar; `null` where nothing is
/// @param extra further fields, which follow those that each benchmark prints
record Figure(
        String name,
        String unit,
        List<Double> ours,
        Peer theirs,
        @Nullable Bar bar,
        @Nullable Double moonshot,
        Map<String, Object> extra) {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final double DECIMALS = 10_000;

    /// Whom we are measured beside.
    record Peer(String name, List<Double> values) {
        Peer {
            values = List.copyOf(values);
        }
    }

    Figure {
        ours = List.copyOf(ours);
        if (ours.size() != theirs.values().size()) {
            throw new IllegalArgumentException("figure " + name + ": expected as many rounds on both sides, found "
                    + ours.size() + " and " + theirs.values().size());
        }
    }

    /// The median of the rounds' ratios, theirs divided by ours: only what was measured in one round is compared.
    double ratio() {
        List<Double> ratios = new ArrayList<>();
        for (int round = 0; round < ours.size(); round++) {
            ratios.add(theirs.values().get(round) / ours.get(round));
        }
        return Spread.of(ratios).median();
    }

    /// Whether the bar is reached; `null` without a bar.
    @Nullable
    Boolean holds() {
        return bar == null ? null : bar.holds(Spread.of(ours).median(), ratio());
    }

    /// One line of JSON, of the shape that all benchmarks share.
    String json(String bench) {
        ObjectNode line = MAPPER.createObjectNode();
        line.put("bench", bench);
        line.put("figure", name);
        line.put("unit", unit);
        line.set("ours", spread(ours));
        line.put("peer", theirs.name());
        line.set("theirs", spread(theirs.values()));
        line.put("ratio", rounded(ratio()));
        line.put("bar", bar == null ? null : bar.limit());
        line.put("moonshot", moonshot);
        line.put("holds", holds());
        if (bar != null) {
            line.put("barMeans", bar.meaning());
        }
        line.set("byRound", byRound());
        extra.forEach((key, value) -> line.set(key, MAPPER.valueToTree(value)));
        return line.toString();
    }

    /// Pairs of ours and theirs.
    private ArrayNode byRound() {
        ArrayNode rounds = MAPPER.createArrayNode();
        for (int round = 0; round < ours.size(); round++) {
            rounds.addArray()
                    .add(rounded(ours.get(round)))
                    .add(rounded(theirs.values().get(round)));
        }
        return rounds;
    }

    private static ObjectNode spread(List<Double> values) {
        Spread spread = Spread.of(values);
        ObjectNode node = MAPPER.createObjectNode();
        node.put("median", rounded(spread.median()));
        node.put("min", rounded(spread.min()));
        node.put("max", rounded(spread.max()));
        node.put("rounds", spread.rounds());
        return node;
    }

    private static double rounded(double value) {
        return Math.round(value * DECIMALS) / DECIMALS;
    }
}
