package io.tidemark.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class SpreadTest {
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
}
