package io.tidemark.orchestrator.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.schemas.id.RestorePointId;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class RetentionTest {
    private static final RestorePointId A = point(1);
    private static final RestorePointId B = point(2);
    private static final RestorePointId C = point(3);
    private static final RestorePointId D = point(4);

    @Test
    void oldestBeyondTheNewestAreRemoved() {
        assertThat(Retention.removable(List.of(A, B, C, D), Set.of(), 2)).containsExactly(A, B);
    }

    @Test
    void pinnedPointStaysAndTakesNoPlace() {
        assertThat(Retention.removable(List.of(A, B, C, D), Set.of(A), 2)).containsExactly(B);
    }

    @Test
    void fewerThanAreKeptAreLeftAlone() {
        assertThat(Retention.removable(List.of(A, B), Set.of(), 2)).isEmpty();
        assertThat(Retention.removable(List.of(), Set.of(), 1)).isEmpty();
    }

    @Test
    void newestPointIsNeverRemoved() {
        assertThat(Retention.removable(List.of(A), Set.of(), 1)).isEmpty();
        assertThatThrownBy(() -> Retention.removable(List.of(A), Set.of(), 0))
                .hasMessage("keepLast: expected a number from 1, found 0");
    }

    private static RestorePointId point(int number) {
        return new RestorePointId(new UUID(0, number));
    }
}
