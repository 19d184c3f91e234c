package io.tidemark.agent.boot;

import io.tidemark.agent.backup.BackupService;
import io.tidemark.agent.command.Work;
import io.tidemark.agent.inventory.InventoryService;
import io.tidemark.agent.restore.RestoreService;
import io.tidemark.agent.snapshot.SnapshotService;
import io.tidemark.schemas.command.AgentCommand;
import io.tidemark.schemas.command.AgentCommand.CancelTask;
import io.tidemark.schemas.command.AgentCommand.CreateSnapshot;
import io.tidemark.schemas.command.AgentCommand.DeleteSnapshot;
import io.tidemark.schemas.command.AgentCommand.GrantSession;
import io.tidemark.schemas.command.AgentCommand.ListSnapshots;
import io.tidemark.schemas.command.AgentCommand.ObserveVm;
import io.tidemark.schemas.command.AgentCommand.RetireCheckpoints;
import io.tidemark.schemas.command.AgentCommand.RevertSnapshot;
import io.tidemark.schemas.command.AgentCommand.SendReport;
import io.tidemark.schemas.command.AgentCommand.StartBackup;
import io.tidemark.schemas.command.AgentCommand.StartRestore;
import io.tidemark.schemas.envelope.Envelope;
import io.tidemark.schemas.event.AgentEvent;
import io.tidemark.schemas.id.Attempt;
import jakarta.inject.Singleton;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/// Hands commands to the features that carry them out.
@Singleton
final class AgentWork implements Work {
    private final BackupService backups;
    private final RestoreService restores;
    private final SnapshotService snapshots;
    private final InventoryService inventory;
    private final AgentMetrics metrics;

    AgentWork(
            BackupService backups,
            RestoreService restores,
            SnapshotService snapshots,
            InventoryService inventory,
            AgentMetrics metrics) {
        this.backups = backups;
        this.restores = restores;
        this.snapshots = snapshots;
        this.inventory = inventory;
        this.metrics = metrics;
    }

    @Override
    public void run(Envelope<AgentCommand> command, CompletionStage<?> cancelled, Consumer<AgentEvent> report) {
        Consumer<AgentEvent> counted = counted(report);
        switch (command.body()) {
            case StartBackup backup -> backups.backup(backup, attempt(command), cancelled, counted);
            case StartRestore restore -> restores.restore(restore, cancelled, counted);
            case RetireCheckpoints retire -> backups.retire(retire, counted);
            case CreateSnapshot create -> snapshots.create(create, cancelled, counted);
            case RevertSnapshot revert -> snapshots.revert(revert, counted);
            case DeleteSnapshot delete -> snapshots.delete(delete, counted);
            case CancelTask _, GrantSession _, SendReport _, ObserveVm _, ListSnapshots _ -> throw unexpected(command);
        }
    }

    @Override
    public void settle(Envelope<AgentCommand> command, Consumer<AgentEvent> report) {
        Consumer<AgentEvent> counted = counted(report);
        switch (command.body()) {
            case StartBackup backup -> backups.settle(backup, attempt(command), counted);
            case StartRestore restore -> restores.settle(restore, counted);
            case RetireCheckpoints retire -> backups.retire(retire, counted);
            case CreateSnapshot create -> snapshots.settle(create, counted);
            case RevertSnapshot revert -> snapshots.settle(revert, counted);
            case DeleteSnapshot delete -> snapshots.delete(delete, counted);
            case CancelTask _, GrantSession _, SendReport _, ObserveVm _, ListSnapshots _ -> throw unexpected(command);
        }
    }

    @Override
    public AgentEvent observe(ObserveVm question) {
        return inventory.observe(question);
    }

    @Override
    public AgentEvent list(ListSnapshots question) {
        return snapshots.list(question);
    }

    @Override
    public void sendReport() {
        inventory.requestReport();
    }

    private Consumer<AgentEvent> counted(Consumer<AgentEvent> report) {
        return event -> {
            metrics.reported(event);
            report.accept(event);
        };
    }

    private static Attempt attempt(Envelope<AgentCommand> command) {
        Attempt attempt = command.attempt();
        if (attempt == null) {
            throw new IllegalArgumentException("command " + command.id() + ": expected an attempt, found none");
        }
        return attempt;
    }

    private static IllegalArgumentException unexpected(Envelope<AgentCommand> command) {
        return new IllegalArgumentException("command " + command.id() + ": expected work for a VM, found "
                + command.body().getClass().getSimpleName());
    }
}
