package io.tidemark.schemas.event;

import io.tidemark.schemas.id.ExportId;
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

    /// A page of an export, as `docs/formats/catalog-export.md` describes one. Its text may end within a line,
    /// never within a character. An export that is made again is the same if the repository has not changed; pages
    /// with another digest are of another one.
    ///
    /// @param digest SHA-256 of the text of all pages in UTF-8, 64 lower-case hexadecimal digits
    /// @param page from 1 to `pages`, which is at most 256
    /// @param text of 1 to 262,144 characters (UTF-16): at most three bytes each, a page fits into a message
    record CatalogExported(RepositoryId repository, ExportId export, String digest, int page, int pages, String text)
            implements MaintenanceEvent {
        public static final int MAX_PAGES = 256;
        public static final int MAX_TEXT_CHARACTERS = 1 << 18;

        public CatalogExported {
            if (pages > MAX_PAGES || page < 1 || page > pages) {
                throw new IllegalArgumentException(
                        "page: expected 1 to pages, at most " + MAX_PAGES + ", found " + page + " of " + pages);
            }
            if (text.isEmpty() || text.length() > MAX_TEXT_CHARACTERS) {
                throw new IllegalArgumentException(
                        "text: expected 1 to " + MAX_TEXT_CHARACTERS + " characters, found " + text.length());
            }
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
