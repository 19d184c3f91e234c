package io.tidemark.bench.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.tidemark.bench.Figure;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FullFiguresTest {
    private static final Effort EFFORT = new Effort(2, 3, 1_000_000);

    private final Map<String, List<Effort>> efforts = new HashMap<>(Map.of(
            Ours.NAME, List.of(EFFORT),
            Ours.PROTECTED, List.of(new Effort(2, 3.5, 1)),
            FullMeasurement.QEMU_IMG, List.of(EFFORT),
            Borg.PROGRAM, List.of(EFFORT),
            Ours.REPEATED, List.of(EFFORT),
            FullMeasurement.BORG_REPEATED, List.of(EFFORT),
            FullMeasurement.RESTORED, List.of(EFFORT),
            FullMeasurement.QEMU_IMG_RAW, List.of(new Effort(1, 1, 1))));

    private List<Figure> figures() {
        return new FullFigures(new Rounds(efforts), 1.5, Map.of()).all();
    }

    private Figure figure(String name) {
        return figures().stream()
                .filter(figure -> figure.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void coreSecondsArePerGigabyte() {
        assertThat(figure("repeat-full-core-seconds").ours()).containsExactly(2.0);
    }

    @Test
    void aRestoreAtHalfTheSpeedMissesItsBar() {
        assertThat(figure("restore-raw"))
                .extracting(Figure::ratio, Figure::holds)
                .containsExactly(0.5, false);
    }

    @Test
    void withoutBorgItsFiguresAreMissingAndTheOthersAreNot() {
        efforts.remove(Borg.PROGRAM);
        efforts.remove(FullMeasurement.BORG_REPEATED);

        assertThat(figures())
                .extracting(Figure::name, figure -> figure.theirs() == null)
                .contains(tuple("full-beside-qemu-img", false), tuple("repeat-full", true))
                .doesNotContain(tuple("full-beside-borg", false), tuple("full-beside-borg", true));
    }
}
