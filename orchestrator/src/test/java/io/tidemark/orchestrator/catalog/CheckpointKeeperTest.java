package io.tidemark.orchestrator.catalog;

import static io.tidemark.orchestrator.catalog.CatalogPoints.point;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.schemas.id.Attempt;
import io.tidemark.schemas.id.RestorePointId;
import io.tidemark.schemas.id.TrackerId;
import io.tidemark.schemas.vocabulary.Level;
import io.tidemark.schemas.vocabulary.Reason;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Which checkpoints of attempts that made no point are abandoned.
class CheckpointKeeperTest {
    private static final RestorePointId LOST = new RestorePointId(new UUID(0, 5));
    private static final Map<RestorePointId, Attempt> ATTEMPTED = Map.of(LOST, attempt(5));

    private static Attempt attempt(long sequence) {
        return new Attempt(1, sequence);
    }

    private static RestorePoint listed(@Nullable Attempt attempt, Level level, @Nullable Reason reason) {
        return point(TrackerId.DEFAULT, attempt, "2026-01-01T00:00:00Z", level, reason);
    }

    @ParameterizedTest
    @CsvSource({"FULL, FIRST_BACKUP", "INCREMENTAL,"})
    void aNewerPointThatMayBeginEpochsAbandonsIt(Level level, @Nullable Reason reason) {
        assertThat(CheckpointKeeper.abandoned(ATTEMPTED, List.of(listed(attempt(6), level, reason))))
                .containsExactly(LOST);
    }

    @ParameterizedTest
    @CsvSource({"FULL, COPY", "INCREMENTAL, DIFFERENTIAL"})
    void aNewerPointThatBeginsNoEpochDoesNot(Level level, Reason reason) {
        assertThat(CheckpointKeeper.abandoned(ATTEMPTED, List.of(listed(attempt(6), level, reason))))
                .isEmpty();
    }

    @Test
    void neitherAnOlderPointNorAnImportedOneDoes() {
        RestorePoint older = listed(attempt(4), Level.FULL, Reason.FIRST_BACKUP);
        RestorePoint imported = listed(null, Level.FULL, Reason.FIRST_BACKUP);

        assertThat(CheckpointKeeper.abandoned(ATTEMPTED, List.of(older, imported)))
                .isEmpty();
    }
}
