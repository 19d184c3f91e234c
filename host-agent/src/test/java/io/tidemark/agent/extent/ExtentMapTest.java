package io.tidemark.agent.extent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

final class ExtentMapTest {
    private static ExtentMap map(Extent... extents) {
        return new ExtentMap(List.of(extents));
    }

    @Test
    void neighboursWithEqualFlagsAreOne() {
        assertThat(map(new Extent(0, 5, 1), new Extent(5, 7, 1), new Extent(12, 1, 0)))
                .isEqualTo(map(new Extent(0, 12, 1), new Extent(12, 1, 0)));
    }

    @Test
    void overlapIsRefused() {
        assertThatThrownBy(() -> map(new Extent(0, 5, 1), new Extent(4, 1, 1)))
                .hasMessageContaining("expected the next at or after 5, found it at 4");
    }

    @Test
    void clipKeepsOnlyTheRange() {
        assertThat(map(new Extent(0, 100, 1)).clip(7, 13).extents()).containsExactly(new Extent(7, 13, 1));
    }

    @Test
    void alignmentStopsAtAnOddDiskEnd() {
        assertThat(map(new Extent(65_537, 3, 1)).aligned(65_536, 70_001).extents())
                .containsExactly(new Extent(65_536, 4_465, 1));
    }

    @Test
    void flagsThatMeetInAGranuleAreUnited() {
        assertThat(map(new Extent(0, 10, 1), new Extent(20, 10, 2))
                        .aligned(64, 128)
                        .extents())
                .containsExactly(new Extent(0, 64, 3));
    }

    @Test
    void intersectionKeepsTheFlagsOfTheFirst() {
        assertThat(map(new Extent(0, 10, 1), new Extent(20, 10, 2))
                        .intersect(map(new Extent(5, 20, 9)))
                        .extents())
                .containsExactly(new Extent(5, 5, 1), new Extent(20, 5, 2));
    }
}
