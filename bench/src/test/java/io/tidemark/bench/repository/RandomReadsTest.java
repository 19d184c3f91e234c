package io.tidemark.bench.repository;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RandomReadsTest {
    private static final List<Double> HUNDRED =
            IntStream.rangeClosed(1, 100).mapToObj(each -> (double) each).toList();

    @Test
    void ninetyNinePercentAreNotAboveThePercentile() {
        assertThat(RandomReads.percentile(HUNDRED, 99)).isEqualTo(99);
    }

    @Test
    void ofFewItIsTheGreatest() {
        assertThat(RandomReads.percentile(HUNDRED.subList(0, 40), 99)).isEqualTo(40);
    }
}
