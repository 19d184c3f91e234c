package io.tidemark.orchestrator.export;

import io.tidemark.schemas.id.ExportId;
import io.tidemark.schemas.id.RepositoryId;
import java.time.Instant;

/// An export that was asked for. Of each repository the one that was asked for last is kept.
public record AskedExport(ExportId id, RepositoryId repository, Instant askedAt, ExportState state) {
    AskedExport in(ExportState next) {
        return new AskedExport(id, repository, askedAt, next);
    }
}
