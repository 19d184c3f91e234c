package io.tidemark.bench.repository;

import io.tidemark.bench.Bar;
import io.tidemark.bench.Figure;
import io.tidemark.bench.Figure.Peer;
import io.tidemark.bench.repository.Comparison.Aim;
import io.tidemark.bench.repository.Comparison.Quantity;
import io.tidemark.bench.repository.IncrementMeasurement.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/// Makes the figures of increments of what was measured.
///
/// @param bytes of a few increments of each shape
record IncrementFigures(Rounds rounds, Map<Shape, List<Bytes>> bytes, Map<String, Object> fields) {
    private static final double NOTHING_BAR_SECONDS = 1;
    private static final double SIZE_BAR = 1.5;
    private static final double DATA_BAR = 1.05;
    private static final double SMALL_METADATA_BAR_BYTES = 2048;
    private static final double LARGE_METADATA_BAR_BYTES = 5120;
    private static final double METADATA_MOONSHOT_BYTES = 1024;
    private static final double BYTES_PER_MB = 1e6;

    /// What one increment with scattered writes has added.
    ///
    /// @param chunks in packs of chunks
    /// @param alone what the changed chunks come to if each is compressed alone
    /// @param others in all other files
    record Bytes(long chunks, long alone, long others) {}

    List<Figure> all() {
        List<Figure> all = new ArrayList<>();
        for (Shape shape : bytes.keySet()) {
            all.add(nothing(shape));
            if (!shape.equals(Shape.SMALL)) {
                all.add(time(shape));
            }
            all.add(data(shape));
            all.add(metadata(shape));
        }
        return all;
    }

    private Figure nothing(Shape shape) {
        return new Comparison(rounds, shape.nothing(), null, fields)
                .figure(
                        named("increment-nothing-dirty", shape),
                        Quantity.SECONDS,
                        Aim.bar(Bar.oursBelow(NOTHING_BAR_SECONDS)),
                        "from open to commit, all chunks kept");
    }

    private Figure time(Shape shape) {
        return new Comparison(rounds, shape.scattered(), Shape.SMALL.scattered(), fields)
                .figure(
                        named("increment-scatter-time", shape),
                        Quantity.SECONDS,
                        Aim.atMostTimes(SIZE_BAR),
                        "from open to commit; at most 1.5 times is a ratio of 0.6667");
    }

    private Figure data(Shape shape) {
        return new Figure(
                named("increment-scatter-data", shape),
                "MB",
                of(shape, each -> each.chunks() / BYTES_PER_MB),
                new Peer("the changed chunks, each compressed alone", of(shape, each -> each.alone() / BYTES_PER_MB)),
                Bar.ratioAtLeast(1 / DATA_BAR),
                null,
                noted("packs of chunks with their directories; at most 1.05 times is a ratio of 0.9524"));
    }

    private Figure metadata(Shape shape) {
        double bar = shape.equals(Shape.SMALL) ? SMALL_METADATA_BAR_BYTES : LARGE_METADATA_BAR_BYTES;
        return new Figure(
                named("increment-scatter-metadata", shape),
                "bytes a changed chunk",
                of(shape, each -> (double) each.others() / IncrementMeasurement.WRITES),
                null,
                Bar.oursBelow(bar),
                METADATA_MOONSHOT_BYTES,
                noted("packs of nodes with their directories, and the records of the log"));
    }

    private Map<String, Object> noted(String note) {
        Map<String, Object> extra = new LinkedHashMap<>(fields);
        extra.put("note", note);
        return extra;
    }

    private List<Double> of(Shape shape, ToDoubleFunction<Bytes> value) {
        return bytes.getOrDefault(shape, List.of()).stream()
                .map(value::applyAsDouble)
                .toList();
    }

    private static String named(String figure, Shape shape) {
        return figure + "-" + shape.name().replace(' ', '-').toLowerCase(Locale.ROOT);
    }
}
