package io.tidemark.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SpreadTest {
    private static final List<Double> HUNDRED =
            IntStream.rangeClosed(1, 100).mapToObj(each -> (double) each).toList();

    @Test
    void medianOfAnOddNumberIsTheMiddleOne() {
        Spread spread = Spread.of(List.of(9.0, 1.0, 2.0));

        assertThat(spread).isEqualTo(new Spread(2, 1, 9, 3));
    }

    @Test
    void medianOfAnEvenNumberIsTheMeanOfTheMiddleTwo() {
        Spread spread = Spread.of(List.of(4.0, 1.0, 2.0, 9.0));

        assertThat(spread).isEqualTo(new Spread(3, 1, 9, 4));
    }

    @Test
    void noRoundHasNoSpread() {
        assertThatThrownBy(() -> Spread.of(List.of())).hasMessageContaining("at least one round");
    }

    @Test
    void ninetyNinePercentAreNotAboveThePercentile() {
        assertThat(Spread.percentile(HUNDRED, 99)).isEqualTo(99);
    }

    @Test
    void halfAreNotAboveTheFiftiethPercentile() {
        assertThat(Spread.percentile(HUNDRED.reversed(), 50)).isEqualTo(50);
    }

    @Test
    void ofFewThePercentileIsTheGreatest() {
        assertThat(Spread.percentile(HUNDRED.subList(0, 40), 99)).isEqualTo(40);
    }

    @Test
    void noValueHasNoPercentile() {
        assertThatThrownBy(() -> Spread.percentile(List.of(), 99)).hasMessageContaining("at least one value");
    }
}
