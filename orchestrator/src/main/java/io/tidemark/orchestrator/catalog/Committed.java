package io.tidemark.orchestrator.catalog;

import io.tidemark.orchestrator.outbox.OutgoingMessage.Provenance;
import io.tidemark.schemas.event.AgentEvent.BackupCompleted;
import io.tidemark.schemas.id.Attempt;
import io.tidemark.schemas.id.RepositoryId;
import io.tidemark.schemas.id.RestorePointId;
import io.tidemark.schemas.id.TrackerId;
import org.jspecify.annotations.Nullable;

/// A commit as the agent tells of it, and what the catalog knows of the attempt that made it.
///
/// @param parent the point that the attempt was told to build on; null for a full
public record Committed(
        BackupCompleted completed,
        Attempt attempt,
        RepositoryId repository,
        TrackerId tracker,
        @Nullable RestorePointId parent,
        Provenance cause) {}
