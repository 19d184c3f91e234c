package io.tidemark.bench.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.tidemark.bench.Figure;
import io.tidemark.bench.repository.IncrementFigures.Bytes;
import io.tidemark.bench.repository.IncrementMeasurement.Shape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class IncrementFiguresTest {
    private static final List<Effort> SECOND = List.of(new Effort(1, 1, 0));
    private static final List<Effort> TWO_SECONDS = List.of(new Effort(2, 1, 0));

    private final List<Figure> figures = figures();

    private static List<Figure> figures() {
        Map<Shape, List<Bytes>> bytes = new LinkedHashMap<>();
        bytes.put(Shape.SMALL, List.of(new Bytes(104, 100, 300 * 2047)));
        bytes.put(Shape.THIN, List.of(new Bytes(106, 100, 300 * 2049)));
        Rounds rounds = new Rounds(Map.of(
                Shape.SMALL.nothing(), SECOND,
                Shape.SMALL.scattered(), SECOND,
                Shape.THIN.nothing(), SECOND,
                Shape.THIN.scattered(), TWO_SECONDS));
        return new IncrementFigures(rounds, bytes, Map.of()).all();
    }

    @Test
    void eachShapeHasItsBars() {
        assertThat(figures)
                .extracting(Figure::name, Figure::holds)
                .containsExactly(
                        tuple("increment-nothing-dirty-2-gib", false),
                        tuple("increment-scatter-data-2-gib", true),
                        tuple("increment-scatter-metadata-2-gib", true),
                        tuple("increment-nothing-dirty-2-tib-thin", false),
                        tuple("increment-scatter-time-2-tib-thin", false),
                        tuple("increment-scatter-data-2-tib-thin", false),
                        tuple("increment-scatter-metadata-2-tib-thin", true));
    }
}
