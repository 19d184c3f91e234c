package io.tidemark.schemas.command;

import io.tidemark.schemas.id.ExportId;
import io.tidemark.schemas.id.RepositoryId;
import io.tidemark.schemas.id.RestorePointId;
import io.tidemark.schemas.id.VmId;
import org.jspecify.annotations.Nullable;

/// What the orchestrator asks of a repository's maintenance agent.
public sealed interface MaintenanceCommand {
    /// A repository is to be made at its configured place.
    record CreateRepository(RepositoryId repository, long incarnation) implements MaintenanceCommand {}

    /// The catalog is compared with the repository.
    record ListPoints(RepositoryId repository, @Nullable VmId vm) implements MaintenanceCommand {}

    /// A catalog is to be built anew from all that the repository knows.
    record ExportCatalog(RepositoryId repository, ExportId export) implements MaintenanceCommand {}

    /// Retention has ended for a point that nothing pins.
    record RemovePoint(RepositoryId repository, VmId vm, RestorePointId point) implements MaintenanceCommand {}

    /// The catalog took a new incarnation.
    record RaiseIncarnation(RepositoryId repository, long incarnation) implements MaintenanceCommand {}
}
