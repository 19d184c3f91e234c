package io.tidemark.orchestrator.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.schemas.id.Attempt;
import io.tidemark.schemas.id.RestorePointId;
import io.tidemark.schemas.id.TrackerId;
import io.tidemark.schemas.id.VmId;
import io.tidemark.schemas.vocabulary.Consistency;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RestorePointTest {
    @Test
    void orderIsThatOfTheAttemptsWhateverTheHostsClockSaid() {
        RestorePoint imported = point("2026-03-01T00:00:00Z", null);
        RestorePoint first = point("2027-01-01T00:00:00Z", new Attempt(1, 7));
        RestorePoint second = point("2026-01-02T00:00:00Z", new Attempt(1, 8));
        RestorePoint afterARaise = point("2026-01-01T00:00:00Z", new Attempt(2, 1));

        assertThat(Stream.of(afterARaise, second, imported, first).sorted(RestorePoint.OLDEST_FIRST))
                .containsExactly(imported, first, second, afterARaise);
    }

    private static RestorePoint point(String takenAt, @Nullable Attempt attempt) {
        return new RestorePoint(
                new RestorePointId(UUID.randomUUID()),
                new VmId(new UUID(0, 1)),
                new TrackerId("default"),
                null,
                Instant.parse(takenAt),
                Consistency.CRASH,
                0,
                1,
                null,
                attempt,
                List.of(),
                List.of(),
                RestorePoint.Freeze.UNTOLD);
    }
}
