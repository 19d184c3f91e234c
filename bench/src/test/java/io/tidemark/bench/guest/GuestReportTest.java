package io.tidemark.bench.guest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tidemark.bench.Figure;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GuestReportTest {
    private static final int ENOUGH = 5000;
    /// As good as the bars ask for: 3 times the baseline, less than 20 ms over it, half of theirs.
    private static final Map<GuestState, Double> GOOD = Map.of(
            GuestState.FULL, 3.0,
            GuestState.INCREMENT, 3.0,
            GuestState.PEER_FULL, 6.0,
            GuestState.PEER_INCREMENT, 6.0);

    private static GuestReport of(int rounds, int writes, Map<GuestState, Double> millis) {
        return new GuestReport(Collections.nCopies(rounds, TestRounds.round(writes, millis)), Map.of());
    }

    @Test
    void fourValidRoundsAreNotEnough() {
        GuestReport report = of(4, ENOUGH, GOOD);

        assertThat(report.verdict()).isEqualTo("no verdict: 4 of 5 valid rounds");
        assertThat(report.figures())
                .isNotEmpty()
                .allSatisfy(figure -> assertThat(figure.holds()).isNull());
    }

    @Test
    void voidRoundsAreNotCounted() {
        List<GuestRound> rounds = new ArrayList<>(of(4, ENOUGH, GOOD).rounds());
        rounds.add(TestRounds.round(1, 2.01));

        assertThat(new GuestReport(rounds, Map.of()).verdict()).isEqualTo("no verdict: 4 of 5 valid rounds");
    }

    @Test
    void withoutAValidRoundThereIsNoFigure() {
        GuestReport report = new GuestReport(List.of(TestRounds.round(1, 3)), Map.of());

        assertThat(report.figures()).isEmpty();
        assertThat(report.verdict()).isEqualTo("no verdict: 0 of 5 valid rounds");
    }

    @Test
    void fewerWritesThanNeededAreNotEnough() {
        assertThat(of(5, ENOUGH - 1, GOOD).verdict()).isEqualTo("no verdict: 4999 of 5000 writes in a state");
    }

    @Test
    void whatTheBarsAskForHolds() {
        assertThat(of(5, ENOUGH, GOOD).verdict()).isEqualTo("holds");
    }

    @Test
    void moreThanThreeTimesTheBaselineMissesTheBar() {
        GuestReport report = of(
                5,
                ENOUGH,
                Map.of(
                        GuestState.FULL, 3.1,
                        GuestState.INCREMENT, 3.0,
                        GuestState.PEER_FULL, 7.0,
                        GuestState.PEER_INCREMENT, 7.0));

        assertThat(report.verdict()).isEqualTo("missed: full-write-p50");
    }

    @Test
    void moreThanHalfOfTheirsMissesTheBar() {
        GuestReport report = of(
                5,
                ENOUGH,
                Map.of(
                        GuestState.FULL, 3.0,
                        GuestState.INCREMENT, 3.0,
                        GuestState.PEER_FULL, 7.0,
                        GuestState.PEER_INCREMENT, 5.9));

        assertThat(report.verdict()).isEqualTo("missed: increment-write-p99-beside-peer");
    }

    @Test
    void twentyMillisecondsOverTheBaselineMissTheBar() {
        GuestReport report = of(
                5,
                ENOUGH,
                Map.of(
                        GuestState.BASELINE_BEFORE, 10.0,
                        GuestState.BASELINE_AFTER, 10.0,
                        GuestState.FULL, 30.0,
                        GuestState.INCREMENT, 29.9,
                        GuestState.PEER_FULL, 60.0,
                        GuestState.PEER_INCREMENT, 60.0));

        assertThat(report.verdict()).isEqualTo("missed: full-write-p99-over-baseline");
    }

    @Test
    void figuresOfBothLevelsAreOfTheSameKinds() {
        List<String> names = of(1, 1, GOOD).figures().stream().map(Figure::name).toList();

        assertThat(names)
                .containsAll(names.stream()
                        .filter(name -> name.startsWith("full-"))
                        .map(name -> name.replace("full-", "increment-"))
                        .toList())
                .hasSize(18);
    }

    @Test
    void theLastLineHoldsEveryRoundWithEveryState() throws Exception {
        GuestReport report = new GuestReport(List.of(TestRounds.round(1, 3), TestRounds.round(7, GOOD)), Map.of());

        JsonNode line = new ObjectMapper().readTree(report.json("guest"));

        assertThat(line.path("verdict").asText()).isEqualTo("no verdict: 1 of 5 valid rounds");
        assertThat(line.path("rounds")).hasSize(2);
        assertThat(line.at("/rounds/0/void").asBoolean()).isTrue();
        assertThat(line.at("/rounds/1/states")).hasSize(GuestState.values().length);
        assertThat(line.at("/rounds/1/states/peer-full/millis/p99").asDouble()).isEqualTo(6);
        assertThat(line.at("/rounds/1/states/peer-full/granulesCopiedBefore").asInt())
                .isEqualTo(7);
    }
}
