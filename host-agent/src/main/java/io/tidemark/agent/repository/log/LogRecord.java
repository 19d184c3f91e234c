package io.tidemark.agent.repository.log;

import io.tidemark.agent.repository.Digest;
import io.tidemark.agent.repository.PointDescription;
import io.tidemark.agent.repository.StoredDisk;
import io.tidemark.schemas.id.Attempt;
import io.tidemark.schemas.id.RestorePointId;
import io.tidemark.schemas.id.TrackerId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One record of a VM's log.
public sealed interface LogRecord {
    /// An attempt began to write a point.
    record Opened(Attempt attempt, RestorePointId point) implements LogRecord {}

    /// A point exists. `packs` are all packs that it reaches, each named by the point that wrote it.
    record Committed(
            Attempt attempt,
            RestorePointId point,
            TrackerId tracker,
            @Nullable RestorePointId parent,
            PointDescription description,
            List<MappedDisk> disks,
            List<RestorePointId> packs)
            implements LogRecord {
        public Committed {
            disks = List.copyOf(disks);
            packs = List.copyOf(packs);
        }
    }

    /// A point exists no longer.
    record Removed(RestorePointId point) implements LogRecord {}

    /// An attempt can no longer commit.
    record Closed(Attempt attempt) implements LogRecord {}

    /// Attempts of a lower incarnation can no longer commit.
    record Raised(long incarnation) implements LogRecord {}

    /// A disk and the digest of its whole chunk map.
    record MappedDisk(StoredDisk disk, Digest map) {}
}
