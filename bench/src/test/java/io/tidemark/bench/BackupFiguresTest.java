package io.tidemark.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.tidemark.bench.Round.Both;
import io.tidemark.bench.Round.Increments;
import io.tidemark.bench.Round.Stored;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class BackupFiguresTest {
    private static final int MEBIBYTE = 1024 * 1024;
    private static final Conditions CONDITIONS =
            new Conditions(Map.of("seed", 1), 1_000_000_000L, 2_000_000_000L, "ext4");

    private final List<Figure> figures = new BackupFigures(CONDITIONS, List.of(round())).all();

    @Test
    void everyBarOfTheIssueHasItsFigure() {
        assertThat(figures)
                .extracting(
                        Figure::name,
                        figure -> figure.bar() == null ? null : figure.bar().limit())
                .contains(
                        tuple("full", 2.0),
                        tuple("full-agent-memory", 256.0),
                        tuple("increment-nothing-dirty", 1.0),
                        tuple("increment-nothing-dirty-beside-peer", 1.25));
    }

    @Test
    void everyLineSaysDataSetCacheFileSystemSyncAndCompression() {
        assertThat(figures)
                .allSatisfy(figure -> assertThat(figure.extra())
                        .containsKeys("dataSet", "cache", "fileSystem", "sync", "compression"));
    }

    @Test
    void coreSecondsArePerGigabyteOfWhatIsNotZero() {
        Figure cores = figures.stream()
                .filter(figure -> figure.name().equals("full-core-seconds"))
                .findFirst()
                .orElseThrow();

        assertThat(cores.ours()).containsExactly(3.0);
        assertThat(Objects.requireNonNull(cores.theirs()).values()).containsExactly(5.0);
    }

    @Test
    void theSyncAfterThePeersFullIsTold() {
        Figure durable = figures.stream()
                .filter(figure -> figure.name().equals("full-beside-durable-peer"))
                .findFirst()
                .orElseThrow();

        assertThat(durable.ours()).containsExactly(4.0);
        assertThat(Objects.requireNonNull(durable.theirs()).values()).containsExactly(12.0);
    }

    private static Round round() {
        Cost ours = new Cost(4, 6, 1, 100 * MEBIBYTE, 10 * MEBIBYTE);
        Cost theirs = new Cost(10, 10, 1, 60 * MEBIBYTE, 0);
        Both both = new Both(ours, theirs);
        return new Round(
                both,
                2,
                theirs,
                both,
                ours,
                new Stored(1, 2),
                new Increments(both, 400, 65536, Map.of("plan", 10L)),
                12.5);
    }
}
