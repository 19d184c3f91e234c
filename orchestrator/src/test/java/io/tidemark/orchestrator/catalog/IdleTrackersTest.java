package io.tidemark.orchestrator.catalog;

import static io.tidemark.orchestrator.catalog.CatalogPoints.point;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.orchestrator.epoch.Epoch;
import io.tidemark.schemas.id.RepositoryId;
import io.tidemark.schemas.id.RestorePointId;
import io.tidemark.schemas.id.TrackerId;
import io.tidemark.schemas.vocabulary.Level;
import io.tidemark.schemas.vocabulary.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/// What the end of an idle tracker's epoch says.
class IdleTrackersTest {
    private static final TrackerId AUDIT = new TrackerId("audit");
    private static final Duration IDLE_AFTER = Duration.ofHours(3);
    private static final String BEGUN = "2026-01-02T00:00:00Z";
    private static final RestorePoint FULL = point(AUDIT, null, BEGUN, Level.FULL, Reason.FIRST_BACKUP);
    private static final RestorePoint DIFFERENTIAL =
            point(AUDIT, null, "2026-01-03T00:00:00Z", Level.INCREMENTAL, Reason.DIFFERENTIAL);
    private static final RestorePoint COPY = point(AUDIT, null, "2026-01-04T00:00:00Z", Level.FULL, Reason.COPY);
    private static final RestorePoint OF_ANOTHER =
            point(TrackerId.DEFAULT, null, "2026-01-05T00:00:00Z", Level.FULL, Reason.FIRST_BACKUP);

    private static String detail(RestorePoint... points) {
        Epoch live = new Epoch(
                CatalogPoints.VM,
                CatalogPoints.DISK,
                AUDIT,
                new RestorePointId(new UUID(0, 3)),
                new RepositoryId("repo"),
                "token",
                Instant.parse(BEGUN),
                65_536,
                null,
                1);
        return IdleTrackers.detail(live, List.of(points), IDLE_AFTER);
    }

    @Test
    void theLastBackupMayBeADifferentialThatMovedNoEpoch() {
        assertThat(detail(FULL, DIFFERENTIAL))
                .isEqualTo("tracker audit: expected a backup within PT3H, found the last one of 2026-01-03T00:00:00Z");
    }

    @Test
    void theNewestCountsInWhateverOrderThePointsAre() {
        assertThat(detail(DIFFERENTIAL, FULL)).endsWith("2026-01-03T00:00:00Z");
    }

    @Test
    void neitherACopyNorAnotherTrackersBackupIsTheLastOne() {
        assertThat(detail(FULL, COPY, OF_ANOTHER)).endsWith(BEGUN);
    }

    @Test
    void whereNoPointOfTheTrackerIsLeftTheEpochsBeginIsTold() {
        assertThat(detail(COPY, OF_ANOTHER)).endsWith(BEGUN);
    }
}
