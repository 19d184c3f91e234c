package io.tidemark.orchestrator.catalog;

import io.tidemark.schemas.id.HoldId;
import io.tidemark.schemas.id.RepositoryId;
import io.tidemark.schemas.id.RestorePointId;
import java.time.Instant;

/// What keeps a copy from being removed until it is released in its repository, which also refuses the removal
/// itself.
///
/// @param reason for people
public record PointHold(HoldId id, RestorePointId point, RepositoryId repository, String reason, Instant heldAt) {
    boolean isOn(RestorePointId other, RepositoryId holder) {
        return point.equals(other) && repository.equals(holder);
    }
}
