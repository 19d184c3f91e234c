package io.tidemark.agent.backup;

import io.tidemark.agent.backup.BackupPlan.ParentState;
import io.tidemark.agent.backup.BackupPlan.PlannedDisk;
import io.tidemark.agent.backup.Moment.Taken;
import io.tidemark.agent.backup.PhaseGate.Phase;
import io.tidemark.agent.repository.CommitReceipt;
import io.tidemark.agent.repository.PointDescription;
import io.tidemark.agent.repository.PointKey;
import io.tidemark.agent.repository.Repository;
import io.tidemark.agent.repository.RestorePoint;
import io.tidemark.schemas.command.AgentCommand.StartBackup;
import io.tidemark.schemas.event.AgentEvent;
import io.tidemark.schemas.event.AgentEvent.BackupCompleted;
import io.tidemark.schemas.event.AgentEvent.BackupFailed;
import io.tidemark.schemas.event.AgentEvent.BackupStarted;
import io.tidemark.schemas.event.AgentEvent.DiskLevel;
import io.tidemark.schemas.id.Attempt;
import io.tidemark.schemas.id.RestorePointId;
import io.tidemark.schemas.vocabulary.FailureReason;
import io.tidemark.schemas.vocabulary.Reason;
import io.tidemark.schemas.vocabulary.VmState;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// One attempt to back up a VM: plan, take the moment, copy, commit, end the job, report. Every way out ends the
/// job and thaws; one without a commit also deletes the attempt's checkpoint. Fields that are not final follow that
/// life. One thread.
final class BackupAttempt {
    private static final Logger LOG = Logger.getLogger(BackupAttempt.class);
    private static final int SCRATCH_LOOK_MILLIS = 500;

    private final BackupTools tools;
    private final StartBackup command;
    private final Attempt attempt;
    private final BackupStop stop;
    private final Consumer<AgentEvent> report;
    private final PhaseTimes times;
    private final ReadRate rate;
    private @Nullable Moment moment;
    private @Nullable ScheduledFuture<?> scratchWatch;
    private @Nullable GuestWatch guestWatch;
    private @Nullable Repository repository;
    private boolean mayHaveWritten;

    BackupAttempt(
            BackupTools tools, StartBackup command, Attempt attempt, BackupStop stop, Consumer<AgentEvent> report) {
        this.tools = tools;
        this.command = command;
        this.attempt = attempt;
        this.stop = stop;
        this.report = report;
        this.times = new PhaseTimes(tools.ports().nanos());
        this.rate =
                new ReadRate(tools.rates().of(command.domain()), tools.ports().nanos());
    }

    /// Every outcome is reported, none thrown.
    void run() {
        try {
            AgentEvent completed = completed();
            tools.gate().reached(Phase.REPORT);
            report.accept(completed);
        } catch (IOException broken) {
            askWhyReadingBroke();
            end();
            report.accept(failed(stop.reasonFor(broken)));
        } catch (RuntimeException | Error failure) { // an Error too: somebody waits for an end to be told
            end();
            report.accept(failed(stop.reasonFor(failure)));
        } finally {
            end();
            LOG.infof(
                    "backup attempt %s ended: %s vmId=%s taskId=%s restorePointId=%s",
                    attempt, times, command.vm(), command.task(), command.point());
        }
    }

    private BackupCompleted completed() throws IOException {
        tools.checkpoints().deleteLeft(command.domain());
        DomainView domain = tools.hypervisor().domain(command.domain());
        Repository target = tools.ports().repositories().of(command.repository());
        List<RestorePoint> points = target.points(command.vm()); // before the guest is disturbed
        Optional<RestorePoint> committed = find(points, command.point());
        if (committed.isPresent()) { // the command came again, under another id
            return CompletedBackup.fromLog(command, committed.get(), AttemptEpochs.of(tools.hypervisor(), command));
        }
        requireReady(domain);
        Moment begun = domain.state() == VmState.OFF ? new PointAtRest(tools, command, stop) : running();
        moment = begun;
        stop.check();
        times.begin("prepare");
        begun.prepare(domain);
        DomainView prepared = seenAgain(domain);
        repository = target;
        doubtWhatChangedAtRest(prepared);
        BackupPlan plan = BackupPlan.of(
                command, tools.ports().watches().inLineage(prepared), parentState(prepared, target, points));
        String xml = tools.hypervisor().domainXml(command.domain());
        stop.check();
        times.begin("take");
        Taken taken = begun.take(prepared, plan);
        PointDescription description =
                new PointDescription(taken.takenAt(), taken.quiesced().consistency(), xml);
        report.accept(started(taken));
        return copied(target, begun, taken, description);
    }

    /// A script may take so long that the domain was stopped, reverted or changed.
    private DomainView seenAgain(DomainView before) {
        if (command.scripts() == null) {
            return before;
        }
        DomainView now = tools.hypervisor().domain(command.domain());
        if ((now.state() == VmState.OFF) != (before.state() == VmState.OFF)) {
            throw new BackupFailure(
                    FailureReason.DOMAIN_BUSY,
                    "domain " + now.name() + " " + now.uuid() + ": expected it " + before.state()
                            + " as before its scripts, found it " + now.state());
        }
        requireReady(now);
        return now;
    }

    private void requireReady(DomainView domain) {
        DomainJob job = tools.hypervisor().runningJob(command.domain());
        if (!(job instanceof DomainJob.None)) {
            throw new BackupFailure(
                    FailureReason.DOMAIN_BUSY,
                    "domain " + domain.name() + " " + domain.uuid() + ": expected no job, found " + job);
        }
        tools.hypervisor().requireKnownImages(command.domain());
    }

    /// What changed since the last look at a domain that is off counts now: the backup writes to the images itself.
    private void doubtWhatChangedAtRest(DomainView domain) {
        if (domain.state() != VmState.OFF) {
            return;
        }
        Watches watches = tools.ports().watches();
        Set<String> changed = watches.rest().changed(domain);
        if (!changed.isEmpty()) {
            var bitmaps = tools.hypervisor().bitmaps(command.domain());
            for (String target : changed) {
                Set<String> names = bitmaps.getOrDefault(target, Map.of()).keySet();
                watches.doubt(domain, target, names, Reason.CHANGED_OFFLINE);
            }
            watches.rest().forget(domain, changed);
        }
    }

    private static Optional<RestorePoint> find(List<RestorePoint> points, RestorePointId id) {
        return points.stream().filter(known -> known.key().point().equals(id)).findFirst();
    }

    private ParentState parentState(DomainView domain, Repository target, List<RestorePoint> points) {
        RestorePointId parent = command.parent();
        if (parent == null) {
            return ParentState.NONE;
        }
        boolean isCommitted = find(points, parent)
                .filter(known -> known.tracker().equals(command.tracker()))
                .isPresent();
        var point = isCommitted ? target.parent(new PointKey(command.vm(), parent)) : Optional.<RestorePoint>empty();
        String checkpoint = BackupOrder.checkpointName(parent);
        boolean isThere = tools.hypervisor().checkpoints(command.domain()).contains(checkpoint);
        return new ParentState(
                point,
                isThere ? Optional.of(checkpoint) : Optional.empty(),
                tools.hypervisor().bitmapStates(command.domain(), checkpoint),
                tools.ports().watches().doubted(command.domain(), checkpoint, domain.disks()));
    }

    private Moment running() {
        long grant = tools.scratch().grant();
        scratchWatch = tools.timer()
                .scheduleWithFixedDelay(
                        () -> watchScratch(grant), SCRATCH_LOOK_MILLIS, SCRATCH_LOOK_MILLIS, TimeUnit.MILLISECONDS);
        if (tools.rates().guest().isWatched()) {
            guestWatch = GuestWatch.of(
                    tools.hypervisor(),
                    command.domain(),
                    tools.ports().nanos(),
                    rate,
                    tools.rates().guest());
        }
        return new PointInTime(tools, command, stop, grant);
    }

    private void watchScratch(long grant) {
        try {
            long free = tools.scratch().freeBytes();
            if (free < grant) {
                stop.ask(
                        FailureReason.SCRATCH_FULL,
                        "scratch folder " + tools.scratch().folder() + ": expected " + grant
                                + " bytes to stay free, found " + free);
            }
        } catch (IOException unseen) {
            LOG.warnf("cannot look at the scratch folder: %s", unseen.getMessage());
        }
    }

    private BackupStarted started(Taken taken) {
        return new BackupStarted(
                command.task(),
                command.point(),
                command.vm(),
                taken.takenAt(),
                taken.quiesced().consistency(),
                taken.quiesced().freezeMillis(),
                taken.plan().disks().stream()
                        .map(disk -> new DiskLevel(
                                disk.disk(),
                                disk.target(),
                                disk.decision().level(),
                                disk.decision().reason()))
                        .toList());
    }

    private BackupCompleted copied(Repository target, Moment held, Taken taken, PointDescription description)
            throws IOException {
        mayHaveWritten = true;
        if (guestWatch != null) {
            guestWatch.start();
        }
        CommitReceipt receipt;
        Map<String, Long> dirtyBytes;
        times.begin("read");
        try (var copy = new PointCopies(tools, command, stop, rate, report)) {
            copy.read(target, attempt, held, taken.plan());
            tools.gate().reached(Phase.PACK);
            times.begin("seal");
            copy.point().seal(description);
            times.begin("commit");
            held.requireHeld();
            stop.check();
            receipt = copy.point().commit();
            dirtyBytes = copy.dirtyBytes();
        }
        tools.gate().reached(Phase.COMMIT);
        times.begin("end");
        end();
        times.begin("report");
        var epochs = taken.plan().disks().stream()
                .filter(PlannedDisk::isCheckpointed)
                .map(PlannedDisk::target)
                .collect(Collectors.toSet());
        return new CompletedBackup(command, taken.quiesced(), times.totalMillis(), dirtyBytes, epochs)
                .event(receipt, description);
    }

    private void askWhyReadingBroke() {
        if (moment != null) {
            moment.whyBroken().ifPresent(why -> stop.ask(why.reason(), why.detail()));
        }
    }

    /// Ends the job and thaws, if that is still due.
    private void end() {
        if (scratchWatch != null) {
            scratchWatch.cancel(false);
        }
        if (guestWatch != null) {
            guestWatch.close();
        }
        if (moment != null) {
            moment.end();
        }
    }

    /// What to report after a failure: the repository decides whether it was one.
    private AgentEvent failed(BackupFailure failure) {
        times.begin("clean");
        LOG.warnf(
                failure,
                "backup failed with %s vmId=%s taskId=%s restorePointId=%s",
                failure.reason().code(),
                command.vm(),
                command.task(),
                command.point());
        return switch (outcome()) {
            case AttemptOutcome.Committed(var point) ->
                CompletedBackup.fromLog(command, point, AttemptEpochs.of(tools.hypervisor(), command));
            case AttemptOutcome.Uncommitted _ -> {
                if (moment != null) {
                    tools.checkpoints().delete(command.domain(), command.point());
                }
                yield event(failure.reason(), failure.detail());
            }
            case AttemptOutcome.Unknown(BackupFailure why) ->
                event(
                        failure.reason(),
                        failure.detail() + "; whether the attempt committed is unknown, so its checkpoint is kept: "
                                + why.detail());
        };
    }

    private AttemptOutcome outcome() {
        Repository target = repository;
        return target == null || !mayHaveWritten
                ? new AttemptOutcome.Uncommitted()
                : AttemptOutcome.of(() -> target, command, attempt);
    }

    private BackupFailed event(FailureReason reason, String detail) {
        return new BackupFailed(command.task(), command.point(), command.vm(), reason, detail);
    }
}
