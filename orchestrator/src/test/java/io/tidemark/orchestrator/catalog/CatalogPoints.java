package io.tidemark.orchestrator.catalog;

import io.tidemark.orchestrator.catalog.RestorePoint.DiskPart;
import io.tidemark.schemas.id.Attempt;
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
import org.jspecify.annotations.Nullable;

/// Points of one VM with one disk.
final class CatalogPoints {
    static final VmId VM = new VmId(new UUID(0, 1));
    static final DiskId DISK = new DiskId(new UUID(0, 9));

    private CatalogPoints() {}

    /// @param attempt null of an imported one
    /// @param reason null of an increment
    static RestorePoint point(
            TrackerId tracker, @Nullable Attempt attempt, String takenAt, Level level, @Nullable Reason reason) {
        DiskPart disk = new DiskPart(DISK, "vda", level, reason, 1, 1, 1, "image", false, 1L);
        return new RestorePoint(
                new RestorePointId(UUID.randomUUID()),
                VM,
                tracker,
                null,
                Instant.parse(takenAt),
                Consistency.CRASH,
                0,
                1,
                null,
                attempt,
                List.of(),
                List.of(disk),
                RestorePoint.Freeze.UNTOLD);
    }
}
