package io.tidemark.bench.repository;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.bench.Figure;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PathFiguresTest {
    private static Figure figure(String name, double oursSeconds, double sealedCoreSeconds) {
        Rounds rounds = new Rounds(Map.of(
                Ours.NAME, List.of(new Effort(8, 10, 1)),
                Ours.SAMPLED, List.of(new Effort(oursSeconds, 9, 1)),
                Ours.PROTECTED, List.of(new Effort(9, sealedCoreSeconds, 1)),
                Ours.REPEATED, List.of(new Effort(2, 4, 1)),
                PathMeasurement.NBDCOPY, List.of(new Effort(1, 1, 0))));
        return new PathFigures(rounds, 2, Map.of())
                .all().stream()
                        .filter(figure -> figure.name().equals(name))
                        .findFirst()
                        .orElseThrow();
    }

    @Test
    void aFullThatDecodesFewChunksMayTakeTwiceTheTimeOfThePeer() {
        assertThat(figure("path-full-sampled", 2, 10).holds()).isTrue();
        assertThat(figure("path-full-sampled", 2.1, 10).holds()).isFalse();
    }

    @Test
    void protectionMayCostATenth() {
        assertThat(figure("path-full-protected-core-seconds", 1, 11).holds()).isTrue();
        assertThat(figure("path-full-protected-core-seconds", 1, 11.1).holds()).isFalse();
        assertThat(figure("path-full-protected-core-seconds", 1, 11).ours()).containsExactly(5.5);
    }

    @Test
    void aRepeatedFullAtHalfTheSpeedMissesItsBar() {
        assertThat(figure("path-repeat", 1, 10))
                .extracting(Figure::ratio, Figure::holds)
                .containsExactly(0.5, false);
    }
}
