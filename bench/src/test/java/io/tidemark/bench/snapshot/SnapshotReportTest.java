package io.tidemark.bench.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tidemark.bench.Figure;
import io.tidemark.bench.Spread;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SnapshotReportTest {
    private static final int ENOUGH = 5000;

    private static SnapshotReport of(int valid, int voided) {
        List<SnapshotRound> rounds = new ArrayList<>(Collections.nCopies(valid, TestRounds.round(1, 1)));
        rounds.addAll(Collections.nCopies(voided, TestRounds.round(2, 2.01)));
        return new SnapshotReport(rounds, Map.of());
    }

    private static Figure figure(SnapshotReport report, String name) {
        return report.figures().stream()
                .filter(figure -> figure.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static double median(SnapshotReport report, String name) {
        return Spread.of(figure(report, name).ours()).median();
    }

    @Test
    void theRatioIsOfTheBareCommandToOurs() {
        SnapshotReport report = of(1, 0);

        assertThat(figure(report, "take-one").ratio()).isEqualTo(0.1);
        assertThat(figure(report, "take-one-agent").ratio()).isEqualTo(0.2);
        assertThat(figure(report, "drop-one").ratio()).isEqualTo(0.2);
    }

    @Test
    void aCaseThatNoCommandDoesHasNoPeer() {
        assertThat(figure(of(1, 0), "take-whole-vm").theirs()).isNull();
    }

    @Test
    void aStandstillIsToldOfThoseThatHadOne() {
        SnapshotReport report = of(2, 0);

        assertThat(median(report, "pause-whole-vm")).isEqualTo(4);
        assertThat(median(report, "skew-whole-vm")).isEqualTo(0.25);
        assertThat(report.figures()).extracting(Figure::name).doesNotContain("pause-one", "freeze-whole-vm");
    }

    @Test
    void theRatioOfWritesIsOfNoSnapshotToOne() {
        SnapshotReport report = of(1, 0);

        assertThat(figure(report, "first-write-p50-qcow2-overlay-of-qcow2").ratio())
                .isEqualTo(0.25);
        assertThat(median(report, "first-write-p99-qcow2-overlay-of-qcow2")).isEqualTo(40);
        assertThat(figure(report, "second-write-p50-reflink-of-raw-on-xfs").ratio())
                .isEqualTo(0.5);
        assertThat(median(report, "drop-after-writes-reflink-of-raw-on-xfs")).isEqualTo(3);
    }

    @Test
    void aDiskWhoseBaselinesDifferIsLeftOutAndTheOthersAreNot() {
        SnapshotReport report = of(1, 2);

        assertThat(figure(report, "first-write-p50-qcow2-overlay-of-qcow2").ours())
                .hasSize(1);
        assertThat(figure(report, "first-write-p50-reflink-of-raw-on-xfs").ours())
                .hasSize(3);
        assertThat(figure(report, "take-one").ours()).hasSize(3);
    }

    @Test
    void withoutAValidRoundADiskHasNoFigureOfItsWrites() {
        assertThat(of(0, 1).figures())
                .extracting(Figure::name)
                .noneMatch(name -> name.endsWith("-of-qcow2"))
                .anyMatch(name -> name.endsWith("-of-raw-on-xfs"));
    }

    @Test
    void fourValidRoundsOfADiskAreNotEnough() {
        SnapshotReport report = of(4, 1);

        assertThat(report.verdict(ENOUGH))
                .isEqualTo("no verdict: expected 5 valid rounds of each disk, found {qcow2=4, raw-on-xfs=5}");
        assertThat(report.hasEnoughRounds()).isFalse();
    }

    @Test
    void fewerWritesThanNeededAreNotEnough() {
        assertThat(of(5, 0).verdict(ENOUGH - 1)).isEqualTo("no verdict: expected 5000 writes in a pass, found 4999");
    }

    @Test
    void enoughRoundsGiveFiguresWithoutBars() {
        SnapshotReport report = of(5, 0);

        assertThat(report.verdict(ENOUGH)).isEqualTo("figures without bars");
        assertThat(report.figures())
                .allSatisfy(figure -> assertThat(figure.holds()).isNull());
    }

    @Test
    void withoutRoundsThereIsNothing() {
        SnapshotReport none = of(0, 0);

        assertThat(none.figures()).isEmpty();
        assertThat(none.hasEnoughRounds()).isFalse();
    }

    @Test
    void theLastLineHoldsTheWritesOfEveryRound() throws Exception {
        JsonNode line = new ObjectMapper().readTree(of(1, 1).json("snapshot", ENOUGH));

        assertThat(line.path("rounds")).hasSize(2);
        assertThat(line.at("/rounds/0/disks/qcow2/void").asBoolean()).isFalse();
        assertThat(line.at("/rounds/1/disks/qcow2/void").asBoolean()).isTrue();
        assertThat(line.at("/rounds/1/disks/qcow2/qcow2-overlay/first/p50").asDouble())
                .isEqualTo(4);
        assertThat(line.at("/validRounds/raw-on-xfs").asInt()).isEqualTo(2);
    }
}
