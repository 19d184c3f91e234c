package io.tidemark.bench.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.bench.write.Latencies;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GuestRoundTest {
    @Test
    void baselinesOfTwiceTheP99AreValid() {
        assertThat(TestRounds.round(1, 2).isVoid()).isFalse();
    }

    @Test
    void baselinesOfMoreThanTwiceTheP99AreVoid() {
        assertThat(TestRounds.round(1, 2.01).isVoid()).isTrue();
    }

    @Test
    void itIsAllTheSameWhichOfBothIsTheSlowerOne() {
        assertThat(TestRounds.round(2.01, 1).isVoid()).isTrue();
    }

    @Test
    void theBaselineIsTheMiddleOfBoth() {
        assertThat(TestRounds.round(1, 2).baseline()).isEqualTo(new Latencies(1.5, 1.5, 1.5, 1.5));
    }

    @Test
    void aRoundWithoutAStateIsRefused() {
        StateRun run = TestRounds.state(1, 1);

        assertThatThrownBy(() -> new GuestRound(3, Map.of(GuestState.FULL, run)))
                .hasMessageContaining("round 3: expected the state BASELINE_BEFORE");
    }
}
