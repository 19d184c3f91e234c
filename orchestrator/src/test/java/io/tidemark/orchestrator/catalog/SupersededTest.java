package io.tidemark.orchestrator.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.schemas.id.TrackerId;
import io.tidemark.schemas.vocabulary.Level;
import io.tidemark.schemas.vocabulary.Reason;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class SupersededTest {
    private static final TrackerId OURS = TrackerId.DEFAULT;
    private static final Instant CUTOFF = Instant.parse("2026-04-01T00:00:00Z");
    private static final RestorePoint OLD_FULL =
            CatalogPoints.point(OURS, null, "2026-01-01T00:00:00Z", Level.FULL, Reason.FIRST_BACKUP);

    @Test
    void differentialsKeepTheTrackerInUseAndCopiesDoNot() {
        RestorePoint copy = CatalogPoints.point(OURS, null, "2026-04-02T00:00:00Z", Level.FULL, Reason.COPY);
        RestorePoint differential =
                CatalogPoints.point(OURS, null, "2026-04-02T00:00:00Z", Level.INCREMENTAL, Reason.DIFFERENTIAL);

        assertThat(Superseded.isIdle(OURS, List.of(OLD_FULL, copy), CUTOFF)).isTrue();
        assertThat(Superseded.isIdle(OURS, List.of(OLD_FULL, differential), CUTOFF))
                .isFalse();
        assertThat(differential.mayBeginEpochs()).isFalse();
        assertThat(copy.mayBeginEpochs()).isFalse();
        assertThat(OLD_FULL.mayBeginEpochs()).isTrue();
    }
}
