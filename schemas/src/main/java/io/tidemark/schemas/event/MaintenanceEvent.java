package io.tidemark.schemas.event;

import io.tidemark.schemas.id.MessageId;
import io.tidemark.schemas.id.RepositoryId;
import io.tidemark.schemas.id.RestorePointId;
import io.tidemark.schemas.id.VmId;
import io.tidemark.schemas.vocabulary.Consistency;
import io.tidemark.schemas.vocabulary.FailureReason;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a repository's maintenance agent did or found.
public sealed interface MaintenanceEvent {
    /// The most points in one page of a listing.
    int MAX_PAGE = 100;

    /// A repository is ready.
    record RepositoryCreated(RepositoryId repository, long incarnation) implements MaintenanceEvent {}

    /// A page of at most 100 points; the last page says so.
    record PointsListed(RepositoryId repository, @Nullable VmId vm, List<ListedPoint> points, boolean last)
            implements MaintenanceEvent {
        public PointsListed {
            if (points.size() > MAX_PAGE) {
                throw new IllegalArgumentException(
                        "points: expected at most " + MAX_PAGE + " a page, found " + points.size());
            }
            points = List.copyOf(points);
        }
    }

    /// A point's prune record is durable.
    record PointRemoved(RepositoryId repository, VmId vm, RestorePointId point) implements MaintenanceEvent {}

    /// The repository holds the incarnation.
    record IncarnationRaised(RepositoryId repository, long incarnation) implements MaintenanceEvent {}

    /// A maintenance command could not be carried out.
    record MaintenanceFailed(
            RepositoryId repository, MessageId command, String commandType, FailureReason reason, String detail)
            implements MaintenanceEvent {}

    /// One point as its commit record states it.
    record ListedPoint(
            RestorePointId point,
            VmId vm,
            String commitDigest,
            Instant takenAt,
            Consistency consistency,
            long storedBytes) {}
}
