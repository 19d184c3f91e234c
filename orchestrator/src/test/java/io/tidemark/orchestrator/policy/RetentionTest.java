package io.tidemark.orchestrator.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.orchestrator.catalog.RestorePoint;
import io.tidemark.orchestrator.catalog.RestorePoint.DiskPart;
import io.tidemark.schemas.id.DiskId;
import io.tidemark.schemas.id.RestorePointId;
import io.tidemark.schemas.id.TrackerId;
import io.tidemark.schemas.id.VmId;
import io.tidemark.schemas.vocabulary.Consistency;
import io.tidemark.schemas.vocabulary.Level;
import io.tidemark.schemas.vocabulary.Reason;
import java.time.Instant;
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

    @Test
    void copiesAreCountedApart() {
        List<RestorePoint> points = List.of(
                listed(A, Reason.COPY),
                listed(B, Reason.FORCED_FULL),
                listed(C, Reason.COPY),
                listed(D, Reason.FORCED_FULL));

        assertThat(Retention.beyond(points, Set.of(), 2)).isEmpty();
        assertThat(Retention.beyond(points, Set.of(), 1)).containsExactlyInAnyOrder(A, B);
    }

    /// As each is whole in itself, and the full that they differ from is pinned while its epochs live.
    @Test
    void differentialsAreCountedWithTheOthers() {
        List<RestorePoint> points = List.of(
                listed(A, Reason.FORCED_FULL),
                listed(B, Reason.DIFFERENTIAL),
                listed(C, Reason.COPY),
                listed(D, Reason.DIFFERENTIAL));

        assertThat(Retention.beyond(points, Set.of(A), 1)).containsExactly(B);
        assertThat(Retention.beyond(points, Set.of(), 2)).containsExactly(A);
    }

    private static RestorePoint listed(RestorePointId id, Reason reason) {
        Level level = reason == Reason.DIFFERENTIAL ? Level.INCREMENTAL : Level.FULL;
        DiskPart disk = new DiskPart(new DiskId(new UUID(0, 9)), "vda", level, reason, 1, 1, 1, "image", false, 1L);
        return new RestorePoint(
                id,
                new VmId(new UUID(0, 8)),
                new TrackerId("default"),
                null,
                Instant.EPOCH,
                Consistency.CRASH,
                0,
                0,
                null,
                null,
                List.of(),
                List.of(disk),
                RestorePoint.Freeze.UNTOLD);
    }

    private static RestorePointId point(int number) {
        return new RestorePointId(new UUID(0, number));
    }
}
