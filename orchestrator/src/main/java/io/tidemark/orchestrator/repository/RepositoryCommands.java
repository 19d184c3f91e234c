package io.tidemark.orchestrator.repository;

import io.tidemark.orchestrator.incarnation.Incarnation;
import io.tidemark.orchestrator.outbox.Outbox;
import io.tidemark.orchestrator.outbox.OutgoingMessage;
import io.tidemark.orchestrator.outbox.OutgoingMessage.Provenance;
import io.tidemark.schemas.command.MaintenanceCommand;
import io.tidemark.schemas.command.MaintenanceCommand.CreateRepository;
import io.tidemark.schemas.command.MaintenanceCommand.ExportCatalog;
import io.tidemark.schemas.command.MaintenanceCommand.ListPoints;
import io.tidemark.schemas.command.MaintenanceCommand.RaiseIncarnation;
import io.tidemark.schemas.command.MaintenanceCommand.RemovePoint;
import io.tidemark.schemas.envelope.Topics;
import io.tidemark.schemas.id.ExportId;
import io.tidemark.schemas.id.RepositoryId;
import io.tidemark.schemas.id.RestorePointId;
import io.tidemark.schemas.id.VmId;
import jakarta.enterprise.context.ApplicationScoped;

/// What is asked of a repository's maintenance agent. Each may be asked again; joins the caller's transaction.
@ApplicationScoped
public final class RepositoryCommands {
    private final Outbox outbox;
    private final Incarnation incarnation;

    public RepositoryCommands(Outbox outbox, Incarnation incarnation) {
        this.outbox = outbox;
        this.incarnation = incarnation;
    }

    public void create(RepositoryId repository) {
        send(repository, repository.toString(), new CreateRepository(repository, incarnation.current()));
    }

    /// Asks for every point of the repository.
    public void list(RepositoryId repository) {
        send(repository, repository.toString(), new ListPoints(repository, null));
    }

    /// Asks for all that a catalog needs. The correlation id is the export's, so that a failure names it as well.
    void export(RepositoryId repository, ExportId export) {
        String key = repository.toString();
        outbox.add(new OutgoingMessage(
                Topics.maintenanceCommands(repository),
                key,
                new ExportCatalog(repository, export),
                key,
                new Provenance(export.toString(), null, null, null)));
    }

    public void raise(RepositoryId repository) {
        send(repository, repository.toString(), new RaiseIncarnation(repository, incarnation.current()));
    }

    public void remove(RepositoryId repository, VmId vm, RestorePointId point) {
        send(repository, vm.toString(), new RemovePoint(repository, vm, point));
    }

    private void send(RepositoryId repository, String key, MaintenanceCommand command) {
        outbox.add(new OutgoingMessage(
                Topics.maintenanceCommands(repository), key, command, repository.toString(), Provenance.NONE));
    }
}
