package io.tidemark.orchestrator.catalog;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.UUID;
import org.junit.jupiter.api.Test;

class SupersededTest {
    private static final TrackerId OURS = new TrackerId("default");
    private static final Instant CUTOFF = Instant.parse("2026-04-01T00:00:00Z");
    private static final RestorePoint OLD_FULL = point("2026-01-01T00:00:00Z", Level.FULL, Reason.FIRST_BACKUP);

    @Test
    void differentialsKeepTheTrackerInUseAndCopiesDoNot() {
        RestorePoint copy = point("2026-04-02T00:00:00Z", Level.FULL, Reason.COPY);
        RestorePoint differential = point("2026-04-02T00:00:00Z", Level.INCREMENTAL, Reason.DIFFERENTIAL);

        assertThat(Superseded.isIdle(OURS, List.of(OLD_FULL, copy), CUTOFF)).isTrue();
        assertThat(Superseded.isIdle(OURS, List.of(OLD_FULL, differential), CUTOFF))
                .isFalse();
        assertThat(differential.mayBeginEpochs()).isFalse();
        assertThat(copy.mayBeginEpochs()).isFalse();
        assertThat(OLD_FULL.mayBeginEpochs()).isTrue();
    }

    private static RestorePoint point(String takenAt, Level level, Reason reason) {
        DiskPart disk = new DiskPart(new DiskId(new UUID(0, 9)), "vda", level, reason, 1, 1, 1, "image", false, 1L);
        return new RestorePoint(
                new RestorePointId(UUID.randomUUID()),
                new VmId(new UUID(0, 1)),
                OURS,
                null,
                Instant.parse(takenAt),
                Consistency.CRASH,
                0,
                1,
                null,
                null,
                List.of(),
                List.of(disk),
                RestorePoint.Freeze.UNTOLD);
    }
}
