package io.tidemark.agent.backup;

import io.tidemark.agent.backup.HypervisorException.DomainMoved;
import io.tidemark.agent.backup.HypervisorException.DomainOff;
import io.tidemark.agent.backup.HypervisorException.NoSuchDomain;
import io.tidemark.agent.backup.HypervisorException.RequestRefused;
import io.tidemark.agent.script.Scripts.Result;
import io.tidemark.schemas.command.AgentCommand.RetireCheckpoints;
import io.tidemark.schemas.command.AgentCommand.StartBackup;
import io.tidemark.schemas.event.AgentEvent;
import io.tidemark.schemas.event.AgentEvent.BackupFailed;
import io.tidemark.schemas.event.AgentEvent.CheckpointsRetired;
import io.tidemark.schemas.id.Attempt;
import io.tidemark.schemas.id.DomainUuid;
import io.tidemark.schemas.id.RestorePointId;
import io.tidemark.schemas.vocabulary.FailureReason;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/// Backs up VMs of this host, one attempt a call on the caller's thread. Safe for use by many threads, as long as
/// no two calls for one domain run at once.
public final class BackupService implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(BackupService.class);
    private static final int STOP_HEEDED_WITHIN_SECONDS = 5;

    private final BackupPorts ports;
    private final BackupTools tools;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("backup-timer").factory());
    private final Set<RestorePointId> running = ConcurrentHashMap.newKeySet();

    /// @param gate is told in the midst of each phase; [PhaseGate#OPEN] outside of tests
    public BackupService(BackupPorts ports, BackupLimits limits, PhaseGate gate) {
        this.ports = ports;
        this.tools = new BackupTools(
                ports,
                new ScratchSpace(limits),
                new AttemptCheckpoints(ports.hypervisor(), ports.watches()),
                timer,
                gate,
                limits.rates(),
                new ReadRate(limits.rates().perHost(), ports.nanos()));
    }

    /// Runs one attempt to its end. Reports `BackupStarted` and `BackupProgressed`, then exactly one of
    /// `BackupCompleted` and `BackupFailed`; throws for none of them.
    ///
    /// @param cancelled ends the attempt when it completes; without effect once the commit record is written
    public void backup(
            StartBackup command, Attempt attempt, CompletionStage<?> cancelled, Consumer<AgentEvent> report) {
        var stop = new BackupStop();
        running.add(command.point());
        ScheduledFuture<?> deadline = timer.schedule(
                () -> stop.ask(
                        FailureReason.TIMED_OUT,
                        "task " + command.task() + ": expected its end within " + command.deadlineMillis()
                                + " ms, found it running"),
                command.deadlineMillis(),
                TimeUnit.MILLISECONDS);
        var _ = cancelled.whenComplete(
                (_, _) -> stop.ask(FailureReason.CANCELLED, "task " + command.task() + " was cancelled"));
        stop.closes(() -> endUnheedingLater(command));
        try {
            new BackupAttempt(tools, command, attempt, stop, report).run();
        } finally {
            deadline.cancel(false);
            running.remove(command.point());
        }
    }

    private void endUnheedingLater(StartBackup command) {
        try {
            var _ = timer.schedule(
                    () -> Thread.startVirtualThread(() -> endUnheeding(command)),
                    STOP_HEEDED_WITHIN_SECONDS,
                    TimeUnit.SECONDS);
        } catch (RejectedExecutionException closed) {
            LOG.debugf("job of task %s is left to the guard: the agent ends", command.task());
        }
    }

    /// The attempt may wait for a repository that does not answer, as a file system over a network that has gone
    /// may for ever. The guest must not: its job fills scratch. What is written in the end is not committed.
    private void endUnheeding(StartBackup command) {
        if (!running.contains(command.point())) {
            return;
        }
        LOG.warnf(
                "attempt does not end within %d s of being asked to, its job is ended beside it vmId=%s taskId=%s",
                STOP_HEEDED_WITHIN_SECONDS, command.vm(), command.task());
        try {
            ports.hypervisor().abortBackup(command.domain(), command.point());
        } catch (HypervisorException failed) {
            LOG.warnf("job is left to the guard: %s vmId=%s", failed.getMessage(), command.vm());
        }
    }

    /// Ends an attempt of an earlier process: its job, a freeze, its scripts, its write session; then reports what
    /// the repository's log says became of it.
    public void settle(StartBackup command, Attempt attempt, Consumer<AgentEvent> report) {
        endJob(command);
        ports.scripts().postThaw(command.point(), Result.INTERRUPTED);
        AttemptOutcome outcome =
                AttemptOutcome.of(() -> ports.repositories().of(command.repository()), command, attempt);
        switch (outcome) {
            case AttemptOutcome.Committed(var point) ->
                report.accept(CompletedBackup.fromLog(command, point, AttemptEpochs.of(ports.hypervisor(), command)));
            case AttemptOutcome.Uncommitted _ -> {
                tools.checkpoints().delete(command.domain(), command.point());
                report.accept(failed(
                        command,
                        FailureReason.AGENT_RESTARTED,
                        "task " + command.task() + ": the agent was restarted before the attempt committed"));
            }
            case AttemptOutcome.Unknown(BackupFailure why) ->
                report.accept(failed(
                        command,
                        why.reason(),
                        "task " + command.task() + ": the agent was restarted, and whether the attempt committed is"
                                + " unknown, so its checkpoint is kept: " + why.detail()));
        }
    }

    private void endJob(StartBackup command) {
        DomainUuid domain = command.domain();
        ports.sources().endLeftovers(tools.scratch().socketPrefix(command.point()));
        try {
            ports.hypervisor().abortBackup(domain, command.point());
            tools.scratch().clear(command.point());
            if (command.quiesce()) {
                thaw(domain);
            }
        } catch (DomainOff | NoSuchDomain gone) {
            tools.scratch().clear(command.point());
        } catch (HypervisorException failed) {
            LOG.warnf(
                    "job of an earlier process is left to the sweep: %s vmId=%s taskId=%s",
                    failed.getMessage(), command.vm(), command.task());
        }
    }

    private void thaw(DomainUuid domain) {
        try {
            ports.hypervisor().thaw(domain);
        } catch (RequestRefused | DomainOff | NoSuchDomain nothingToThaw) {
            LOG.debugf("domain %s is not thawed: %s", domain, nothingToThaw.getMessage());
        }
    }

    private static BackupFailed failed(StartBackup command, FailureReason reason, String detail) {
        return new BackupFailed(command.task(), command.point(), command.vm(), reason, detail);
    }

    /// Ends the jobs that bear our mark and are not of this process, with what they left on the host. Also tries
    /// again to delete what checkpoints failed attempts left, and runs what scripts are due of attempts that nobody
    /// asks for any more. Touches no domain while the hypervisor is away.
    public void sweep() {
        swept("jobs", this::sweepAll);
        swept("scripts", this::sweepScripts);
    }

    private static void swept(String what, Runnable sweep) {
        try {
            sweep.run();
        } catch (RuntimeException failed) {
            LOG.warnf(failed, "sweep of %s is put off: %s", what, failed.getMessage());
        }
    }

    private void sweepScripts() {
        for (RestorePointId point : ports.scripts().due()) {
            if (!running.contains(point)) {
                ports.scripts().postThaw(point, Result.INTERRUPTED);
            }
        }
    }

    private void sweepAll() {
        List<RestorePointId> kept = new ArrayList<>(running);
        boolean isWhole = true;
        for (DomainView domain : ports.hypervisor().domains()) {
            isWhole &= isSwept(domain.uuid());
        }
        kept.addAll(running);
        if (isWhole) {
            tools.scratch().clearAllBut(kept);
        }
        tools.checkpoints().deleteLeft();
    }

    /// False if a job of ours may still run there, whose scratch space is in use then. It holds up no other domain.
    private boolean isSwept(DomainUuid domain) {
        try {
            if (ports.hypervisor().runningJob(domain) instanceof DomainJob.OurBackup(RestorePointId point)
                    && !running.contains(point)) {
                LOG.warnf("job of an earlier process is ended: domain %s restorePointId=%s", domain, point);
                ports.hypervisor().abortBackup(domain, point);
                thaw(domain);
            }
            return true;
        } catch (DomainOff | NoSuchDomain gone) {
            LOG.debugf("%s", gone.getMessage());
            return true;
        } catch (RuntimeException failed) {
            LOG.warnf(failed, "sweep of domain %s is put off: %s", domain, failed.getMessage());
            return false;
        }
    }

    /// Deletes the checkpoints of the points. Reports those that are gone, absent ones among them; one that could
    /// not be deleted is left out and may be asked for again.
    public void retire(RetireCheckpoints command, Consumer<AgentEvent> report) {
        List<RestorePointId> retired = new ArrayList<>();
        for (RestorePointId point : command.points()) {
            if (isRetired(command.domain(), point)) {
                retired.add(point);
            }
        }
        if (!retired.isEmpty()) {
            report.accept(new CheckpointsRetired(command.vm(), retired));
        }
    }

    private boolean isRetired(DomainUuid domain, RestorePointId point) {
        try {
            tools.checkpoints().deleteNow(domain, point);
            return true;
        } catch (DomainMoved moved) {
            LOG.debugf("checkpoint of restorePointId=%s is where its domain is: %s", point, moved.getMessage());
            return false;
        } catch (NoSuchDomain gone) {
            return true;
        } catch (HypervisorException failed) {
            LOG.warnf("checkpoint of restorePointId=%s is not retired: %s", point, failed.getMessage());
            return false;
        }
    }

    /// Stops the timer. Running attempts are ended by their callers.
    @Override
    public void close() {
        timer.shutdownNow();
    }
}
