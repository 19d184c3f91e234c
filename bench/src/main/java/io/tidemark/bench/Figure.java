package io.tidemark.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One measured quantity of ours, and the same of a peer where there is one. Both are costs: less is better, and a
/// ratio above 1 says that ours is cheaper.
///
/// @param unit of every value of both sides
/// @param ours a value a round
/// @param theirs a value for the same rounds in the same order; `null` without a peer
/// @param bar what is promised; `null` where nothing is
/// @param moonshot what is dreamt of, in the terms of the bar; `null` where nothing is
/// @param extra further fields, which follow those that each benchmark prints
public record Figure(
        String name,
        String unit,
        List<Double> ours,
        @Nullable Peer theirs,
        @Nullable Bar bar,
        @Nullable Double moonshot,
        Map<String, Object> extra) {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final double DECIMALS = 10_000;

    /// Whom we are measured beside.
    public record Peer(String name, List<Double> values) {
        public Peer {
            values = List.copyOf(values);
        }
    }

    public Figure {
        ours = List.copyOf(ours);
        if (theirs != null && ours.size() != theirs.values().size()) {
            throw new IllegalArgumentException("figure " + name + ": expected as many rounds on both sides, found "
                    + ours.size() + " and " + theirs.values().size());
        }
    }

    /// The rounds' ratios, theirs divided by ours: only what was measured in one round is compared. `null` without
    /// a peer.
    public @Nullable Spread ratios() {
        if (theirs == null) {
            return null;
        }
        List<Double> ratios = new ArrayList<>();
        for (int round = 0; round < ours.size(); round++) {
            ratios.add(theirs.values().get(round) / ours.get(round));
        }
        return Spread.of(ratios);
    }

    /// The median of the rounds' ratios; `null` without a peer.
    public @Nullable Double ratio() {
        Spread ratios = ratios();
        return ratios == null ? null : ratios.median();
    }

    /// Whether the bar is reached; `null` without a bar.
    public @Nullable Boolean holds() {
        Double ratio = ratio();
        return bar == null ? null : bar.holds(Spread.of(ours).median(), ratio == null ? Double.NaN : ratio);
    }

    /// One line of JSON, of the shape that all benchmarks share.
    public String json(String bench) {
        ObjectNode line = MAPPER.createObjectNode();
        line.put("bench", bench);
        line.put("figure", name);
        line.put("unit", unit);
        line.set("ours", spread(Spread.of(ours)));
        Spread ratios = ratios();
        line.put("peer", theirs == null ? null : theirs.name());
        line.set("theirs", theirs == null ? null : spread(Spread.of(theirs.values())));
        line.put("ratio", ratios == null ? null : rounded(ratios.median()));
        line.put("bar", bar == null ? null : rounded(bar.limit()));
        line.put("moonshot", moonshot);
        line.put("holds", holds());
        if (bar != null) {
            line.put("barMeans", bar.meaning());
        }
        line.set("ratios", ratios == null ? null : spread(ratios));
        line.set("byRound", byRound());
        extra.forEach((key, value) -> line.set(key, MAPPER.valueToTree(value)));
        return line.toString();
    }

    /// Pairs of ours and theirs; ours alone without a peer.
    private ArrayNode byRound() {
        ArrayNode rounds = MAPPER.createArrayNode();
        for (int round = 0; round < ours.size(); round++) {
            ArrayNode pair = rounds.addArray().add(rounded(ours.get(round)));
            if (theirs != null) {
                pair.add(rounded(theirs.values().get(round)));
            }
        }
        return rounds;
    }

    private static ObjectNode spread(Spread spread) {
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
