package io.tidemark.agent.command;

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
import io.tidemark.schemas.id.Attempt;
import io.tidemark.schemas.id.HostId;
import io.tidemark.schemas.id.MessageId;
import io.tidemark.schemas.id.VmId;
import org.jspecify.annotations.Nullable;

/// Where an event comes from, as its headers and key say.
///
/// @param key the VM's id where one is known, else the host's
/// @param subject the VM's id, else the task's, else the host's
record Provenance(
        String key,
        String subject,
        @Nullable String correlation,
        @Nullable MessageId causation,
        @Nullable Attempt attempt) {
    /// Of the host itself; no command asked for it.
    static Provenance of(HostId host) {
        return new Provenance(host.toString(), host.toString(), null, null, null);
    }

    /// Of a command that could be read.
    static Provenance of(HostId host, Envelope<AgentCommand> command) {
        String subject = switch (command.body()) {
            case StartBackup backup -> backup.vm().toString();
            case StartRestore restore -> restore.vm().toString();
            case RetireCheckpoints retire -> retire.vm().toString();
            case CreateSnapshot create -> named(create.vm(), host);
            case RevertSnapshot revert -> named(revert.vm(), host);
            case DeleteSnapshot delete -> named(delete.vm(), host);
            case CancelTask cancel -> cancel.task().toString();
            case GrantSession _, SendReport _, ObserveVm _, ListSnapshots _ -> host.toString();
        };
        String key = command.body() instanceof CancelTask ? host.toString() : subject;
        return new Provenance(key, subject, command.correlation(), command.id(), command.attempt());
    }

    private static String named(@Nullable VmId vm, HostId host) {
        return vm == null ? host.toString() : vm.toString();
    }
}
