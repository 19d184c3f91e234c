package io.tidemark.orchestrator.task;

import io.tidemark.orchestrator.catalog.Catalog;
import io.tidemark.orchestrator.chain.ChainDecider;
import io.tidemark.orchestrator.chain.ChainFacts;
import io.tidemark.orchestrator.chain.ChainProposal;
import io.tidemark.orchestrator.epoch.Epochs;
import io.tidemark.orchestrator.host.Host;
import io.tidemark.orchestrator.host.Hosts;
import io.tidemark.orchestrator.host.Vm;
import io.tidemark.orchestrator.outbox.Outbox;
import io.tidemark.orchestrator.outbox.OutgoingMessage;
import io.tidemark.orchestrator.outbox.OutgoingMessage.Provenance;
import io.tidemark.schemas.command.AgentCommand;
import io.tidemark.schemas.command.AgentCommand.CancelTask;
import io.tidemark.schemas.command.AgentCommand.StartBackup;
import io.tidemark.schemas.envelope.Topics;
import io.tidemark.schemas.id.Attempt;
import io.tidemark.schemas.id.HostId;
import io.tidemark.schemas.id.RestorePointId;
import io.tidemark.schemas.id.SessionId;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Writes the commands of a task. The caller holds the VM's lock, so that the parent that is chosen here cannot be
/// let go before the command is stored.
@ApplicationScoped
final class TaskCommands {
    private static final Logger LOG = Logger.getLogger(TaskCommands.class);

    private final Outbox outbox;
    private final Hosts hosts;
    private final Epochs epochs;
    private final Catalog catalog;
    private final TaskLimits limits;

    TaskCommands(Outbox outbox, Hosts hosts, Epochs epochs, Catalog catalog, TaskLimits limits) {
        this.outbox = outbox;
        this.hosts = hosts;
        this.epochs = epochs;
        this.catalog = catalog;
        this.limits = limits;
    }

    /// What can carry out a task of the VM now, or null.
    @Nullable
    Executor executorFor(Vm vm) {
        HostId id = vm.host();
        SessionId session =
                id == null ? null : hosts.byId(id).map(Host::session).orElse(null);
        return id == null || session == null ? null : new Executor(vm, id, session);
    }

    SentAttempt start(TaskRecord stored, Executor executor, Attempt attempt, RestorePointId point, Instant now) {
        Task task = stored.task();
        ChainProposal proposal = ChainDecider.propose(new ChainFacts(
                new ChainFacts.Target(task.tracker(), task.repository(), limits.trackersPerVm()),
                task.level(),
                hosts.disks(task.vm()),
                epochs.of(task.vm()),
                catalog.points(task.vm())));
        StartBackup command = new StartBackup(
                task.id(),
                point,
                task.vm(),
                executor.vm().domain(),
                task.tracker(),
                task.repository(),
                proposal.parent(),
                proposal.orders(),
                stored.quiescing().asked(),
                limits.freezeTimeout().toMillis(),
                Math.max(1, Duration.between(now, task.deadlineAt()).toMillis()),
                stored.quiescing().mountpoints(),
                stored.quiescing().scripts());
        send(executor.host(), executor.session(), task, attempt, command);
        LOG.infof(
                "task %s: backup of VM %s sent to host %s as attempt %s, point %s, parent %s",
                task.id(), task.vm(), executor.host(), attempt, point, proposal.parent());
        return new SentAttempt(point, task.id(), attempt, proposal.parent(), executor.host(), executor.session(), now);
    }

    /// To the session that the host has now: a job of an earlier one is aborted by the agent itself.
    void cancel(Task task, Attempt attempt) {
        HostId host = task.host();
        SessionId session =
                host == null ? null : hosts.byId(host).map(Host::session).orElse(null);
        if (host != null && session != null) {
            send(host, session, task, attempt, new CancelTask(task.id()));
        }
    }

    private void send(HostId host, SessionId session, Task task, Attempt attempt, AgentCommand command) {
        String key = task.vm().toString();
        outbox.add(new OutgoingMessage(
                Topics.hostCommands(host),
                key,
                command,
                key,
                new Provenance(task.correlation(), null, session, attempt)));
    }

    /// The host that a VM is on, and the session that its commands are for.
    record Executor(Vm vm, HostId host, SessionId session) {}
}
