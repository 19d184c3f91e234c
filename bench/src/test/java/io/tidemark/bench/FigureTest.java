package io.tidemark.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tidemark.bench.Figure.Peer;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FigureTest {
    private static final List<Double> OURS = List.of(1.0, 2.0, 4.0);
    private static final List<Double> THEIRS = List.of(3.0, 4.0, 4.0);

    @Test
    void ratioIsTheMedianOfTheRoundsRatios() {
        assertThat(figure(null).ratio()).isEqualTo(2.0);
    }

    @Test
    void aRatioOfTheBarHolds() {
        assertThat(figure(Bar.ratioAtLeast(2)).holds()).isTrue();
    }

    @Test
    void aRatioBelowTheBarDoesNotHold() {
        assertThat(figure(Bar.ratioAtLeast(2.01)).holds()).isFalse();
    }

    @Test
    void anAmountBelowTheBarHolds() {
        assertThat(figure(Bar.oursBelow(2.01)).holds()).isTrue();
    }

    @Test
    void anAmountOfTheBarDoesNotHold() {
        assertThat(figure(Bar.oursBelow(2)).holds()).isFalse();
    }

    @Test
    void lineBeginsWithTheFieldsThatAllBenchmarksShare() {
        String line = figure(Bar.ratioAtLeast(2)).json("backup");

        assertThat(line)
                .startsWith("{\"bench\":\"backup\",\"figure\":\"full\",\"unit\":\"s\","
                        + "\"ours\":{\"median\":2.0,\"min\":1.0,\"max\":4.0,\"rounds\":3},\"peer\":\"other\","
                        + "\"theirs\":{\"median\":4.0,\"min\":3.0,\"max\":4.0,\"rounds\":3},"
                        + "\"ratio\":2.0,\"bar\":2.0,\"moonshot\":4.0,\"holds\":true,");
    }

    @Test
    void lineHasNoLineBreakAndEndsWithTheFurtherFields() throws Exception {
        String line = figure(Bar.ratioAtLeast(2)).json("backup");

        assertThat(line).doesNotContain("\n");
        JsonNode read = new ObjectMapper().readTree(line);
        assertThat(read.path("cache").asText()).isEqualTo("warm");
        assertThat(read.path("byRound").toString()).isEqualTo("[[1.0,3.0],[2.0,4.0],[4.0,4.0]]");
    }

    @Test
    void withoutABarNothingHoldsAndNothingFails() throws Exception {
        JsonNode read = new ObjectMapper().readTree(figure(null).json("backup"));

        assertThat(read.has("bar")).isTrue();
        assertThat(read.path("bar").isNull()).isTrue();
        assertThat(read.path("holds").isNull()).isTrue();
    }

    @Test
    void ratiosOfTheRoundsAreTold() throws Exception {
        JsonNode read = new ObjectMapper().readTree(figure(null).json("backup"));

        assertThat(read.path("ratios").toString()).isEqualTo("{\"median\":2.0,\"min\":1.0,\"max\":3.0,\"rounds\":3}");
    }

    @Test
    void withoutAPeerThereIsNoRatioAndAnAmountCanHold() throws Exception {
        Figure alone = new Figure("mark", "s", OURS, null, Bar.oursBelow(2.01), null, Map.of());

        JsonNode read = new ObjectMapper().readTree(alone.json("repository"));

        assertThat(read.path("peer").isNull()).isTrue();
        assertThat(read.path("ratio").isNull()).isTrue();
        assertThat(read.path("holds").asBoolean()).isTrue();
        assertThat(read.path("byRound").toString()).isEqualTo("[[1.0],[2.0],[4.0]]");
    }

    @Test
    void roundsOfOneSideOnlyAreRefused() {
        assertThatThrownBy(() -> new Figure("full", "s", OURS, new Peer("other", List.of(1.0)), null, null, Map.of()))
                .hasMessageContaining("found 3 and 1");
    }

    private static Figure figure(@Nullable Bar bar) {
        return new Figure("full", "s", OURS, new Peer("other", THEIRS), bar, 4.0, Map.of("cache", "warm"));
    }
}
