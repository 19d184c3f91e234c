package io.tidemark.agent.backup;

import io.tidemark.agent.backup.BackupPlan.PlannedDisk;
import io.tidemark.agent.backup.HypervisorException.CheckpointBroken;
import io.tidemark.agent.backup.HypervisorException.DomainOff;
import io.tidemark.agent.backup.HypervisorException.NoSuchDomain;
import io.tidemark.agent.backup.HypervisorException.RequestRefused;
import io.tidemark.agent.backup.PhaseGate.Phase;
import io.tidemark.agent.guard.GuardLink;
import io.tidemark.agent.guard.GuardUnavailableException;
import io.tidemark.agent.script.ScriptOrder;
import io.tidemark.agent.script.Scripts;
import io.tidemark.agent.script.Scripts.Result;
import io.tidemark.schemas.command.AgentCommand.StartBackup;
import io.tidemark.schemas.id.ScriptSetId;
import io.tidemark.schemas.vocabulary.FailureReason;
import io.tidemark.schemas.vocabulary.Notice;
import io.tidemark.schemas.vocabulary.Reason;
import io.tidemark.schemas.vocabulary.VmState;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Takes the moment that the disks are backed up at: the host's script before, guard, freeze, begin of the job,
/// thaw, the host's script after. Whatever of it is under way, `end` undoes. Fields that are not final follow that
/// life. One thread.
final class PointInTime implements Moment {
    private static final Logger LOG = Logger.getLogger(PointInTime.class);
    private static final int GUARD_WORDS_WITHIN_SECONDS = 3;
    private static final String BITMAP_PREFIX = "backup-";

    private final BackupTools tools;
    private final Hypervisor hypervisor;
    private final StartBackup command;
    private final BackupStop stop;
    private final long scratchGrantBytes;
    private @Nullable GuardLink guard;
    private volatile boolean isJobGuarded;
    private boolean isPrepared;
    private boolean mayBeFrozen;
    private boolean mayHaveJob;
    private boolean wasRunning;
    private long frozenNanos;

    PointInTime(BackupTools tools, StartBackup command, BackupStop stop, long scratchGrantBytes) {
        this.tools = tools;
        this.hypervisor = tools.hypervisor();
        this.command = command;
        this.stop = stop;
        this.scratchGrantBytes = scratchGrantBytes;
    }

    @Override
    public void prepare(DomainView domain) {
        if (command.quiesce() && domain.state() == VmState.RUNNING) {
            preFreeze(domain);
            isPrepared = true;
        }
    }

    /// Returns when the guest is thawed and the job's exports can be read.
    @Override
    public Taken take(DomainView domain, BackupPlan plan) {
        try {
            return taken(domain, plan);
        } catch (GuardUnavailableException gone) {
            awaitGuardsWord();
            throw gone;
        }
    }

    private Taken taken(DomainView domain, BackupPlan plan) {
        wasRunning = domain.state() == VmState.RUNNING;
        boolean isAsked = isPrepared && wasRunning;
        guard = tools.ports().guards().start(command.domain(), command.point());
        hypervisor.makeScratch(command.domain(), order(plan));
        int frozen = isAsked ? freeze() : 0;
        heedGuard();
        tools.gate().reached(Phase.FREEZE);
        if (frozen == 0) {
            guardJob();
        }
        stop.check();
        BackupPlan begun = begin(plan);
        Instant takenAt = tools.ports().clock().instant();
        tools.gate().reached(Phase.BEGIN);
        int thawed = frozen == 0 ? 0 : thaw();
        long freezeMillis = frozen == 0 ? 0 : TimeUnit.NANOSECONDS.toMillis(tools.nanos() - frozenNanos);
        guardJob();
        stop.check(); // a guard that stepped in may have thawed before the job began
        Quiesced quiesced = isAsked
                ? Quiesced.of(command, new Quiesced.Counts(frozen, thawed), freezeMillis)
                : Quiesced.unasked(command);
        return new Taken(begun, takenAt, scriptsEnd(Result.TAKEN) ? quiesced : quiesced.with(Notice.POST_THAW_FAILED));
    }

    private void preFreeze(DomainView domain) {
        ScriptSetId set = command.scripts();
        if (set != null) {
            var order = new ScriptOrder(set, command.domain(), domain.name(), command.point());
            tools.ports().scripts().preFreeze(order, stop::closes);
            stop.check();
        }
    }

    /// False if the script after the thaw was due and failed.
    private boolean scriptsEnd(Result result) {
        return command.scripts() == null
                || tools.ports().scripts().postThaw(command.point(), result) != Scripts.PostThaw.FAILED;
    }

    private int freeze() {
        guard().frozen(Duration.ofMillis(command.freezeTimeoutMillis()));
        mayBeFrozen = true;
        frozenNanos = tools.nanos();
        List<String> chosen = command.mountpoints();
        return switch (hypervisor.freeze(command.domain(), chosen == null ? List.of() : chosen)) {
            case DomainFreeze.Frozen(int fileSystems) when fileSystems > 0 -> fileSystems;
            case DomainFreeze.Frozen _ -> thawed("no file system was there to freeze"); // its own hook has begun
            case DomainFreeze.AgentAbsent(String detail) -> unfrozen(detail);
            case DomainFreeze.Refused(String detail) -> unfrozen(detail);
            case DomainFreeze.Uncertain(String detail) -> thawed(detail);
        };
    }

    /// A guest that may be frozen is thawed before the backup goes on. One that cannot be thawed stays so for the
    /// guard to know: no later try would be worth more than this one, and the point is crash-consistent anyhow.
    private int thawed(String detail) {
        try {
            thaw();
            return unfrozen(detail);
        } catch (RequestRefused stuck) {
            LOG.warnf(
                    "nobody knows whether the guest is frozen, backup goes on: %s; %s vmId=%s taskId=%s",
                    detail, stuck.getMessage(), command.vm(), command.task());
            renewGuardIfEnded();
            return 0;
        }
    }

    /// The backup goes on without. A guest agent that took too long to say no has cost us the guard.
    private int unfrozen(String detail) {
        LOG.warnf("guest is not frozen, backup goes on: %s vmId=%s taskId=%s", detail, command.vm(), command.task());
        mayBeFrozen = false;
        renewGuardIfEnded();
        return 0;
    }

    /// The old one is told that it is not needed: it may still be looking for a job of this very point.
    private void renewGuardIfEnded() {
        if (hasEnded(guard())) {
            guard().done();
            guard().close();
            guard = tools.ports().guards().start(command.domain(), command.point());
        }
    }

    private static boolean hasEnded(GuardLink guard) {
        return guard.steppedIn().toCompletableFuture().isDone();
    }

    /// From here on a guard that ends on its own ends the attempt.
    private void heedGuard() {
        var _ = guard().steppedIn().whenComplete((words, died) -> {
            if (died != null) {
                stop.ask(FailureReason.INTERNAL, String.valueOf(died.getMessage()));
            } else {
                stop.ask(
                        isJobGuarded ? FailureReason.SCRATCH_FULL : FailureReason.TIMED_OUT,
                        "domain " + command.domain() + ": expected the job within " + scratchGrantBytes
                                + " bytes of scratch and the freeze within " + command.freezeTimeoutMillis()
                                + " ms, found that its guard stepped in: " + words);
            }
        });
    }

    private void guardJob() {
        if (!isJobGuarded) {
            guard().job(scratchGrantBytes, mayBeFrozen);
            isJobGuarded = true;
        }
    }

    private BackupPlan begin(BackupPlan plan) {
        mayHaveJob = true;
        try {
            beginJob(plan);
            return plan;
        } catch (CheckpointBroken broken) {
            if (!plan.hasIncrement()) {
                throw broken;
            }
            LOG.warnf(
                    "bitmaps broke after they were looked at, all disks are backed up full: %s vmId=%s taskId=%s",
                    broken.getMessage(), command.vm(), command.task());
            abort();
            hypervisor.deleteCheckpoint(command.domain(), BackupOrder.checkpointName(command.point()));
            BackupPlan full = plan.allFull(Reason.BITMAP_INCONSISTENT);
            mayHaveJob = true;
            beginJob(full);
            return full;
        }
    }

    /// Whoever looks at the domain meanwhile may see the checkpoint and not its bitmap, or neither.
    private void beginJob(BackupPlan plan) {
        tools.ports().watches().begins().moved(command.domain());
        try {
            hypervisor.beginBackup(command.domain(), order(plan));
        } finally {
            tools.ports().watches().begins().moved(command.domain());
        }
    }

    private BackupOrder order(BackupPlan plan) {
        return new BackupOrder(
                command.point(),
                plan.orders(),
                tools.scratch().socket(command.point()),
                tools.scratch().folder());
    }

    private int thaw() {
        if (!mayBeFrozen) {
            return 0;
        }
        int fileSystems = hypervisor.thaw(command.domain());
        mayBeFrozen = false;
        return fileSystems;
    }

    private void abort() {
        if (mayHaveJob) {
            hypervisor.abortBackup(command.domain(), command.point());
        }
        mayHaveJob = false;
    }

    private GuardLink guard() {
        GuardLink known = guard;
        if (known == null) {
            throw new IllegalStateException("guard of domain " + command.domain() + ": expected one, found none");
        }
        return known;
    }

    @Override
    public DiskSource open(PlannedDisk disk) throws IOException {
        Optional<String> bitmap = disk.isIncremental() ? Optional.of(BITMAP_PREFIX + disk.target()) : Optional.empty();
        return tools.ports().sources().open(tools.scratch().socket(command.point()), disk.target(), bitmap);
    }

    /// The job holds it: a read of one that has ended breaks.
    @Override
    public void requireHeld() {}

    /// An export that breaks has its cause elsewhere: QEMU is gone, or the guard has ended the job and is about to
    /// say so.
    @Override
    public Optional<BackupFailure> whyBroken() {
        try {
            if (hypervisor.domain(command.domain()).state() == VmState.OFF) {
                return Optional.of(new BackupFailure(
                        FailureReason.VM_OFF,
                        "domain " + command.domain() + ": expected it running until its disks are read, found it off"));
            }
            if (hypervisor.runningJob(command.domain()) instanceof DomainJob.None) {
                awaitGuardsWord();
            }
            return Optional.empty();
        } catch (HypervisorException failed) {
            return Optional.of(BackupFailure.of(failed));
        }
    }

    /// When the job or the guard is gone, the guard may be about to say why. Waits for that, not for long.
    private void awaitGuardsWord() {
        GuardLink known = guard;
        if (known == null) {
            return;
        }
        CompletableFuture<String> words = known.steppedIn().toCompletableFuture();
        try {
            words.completeOnTimeout("", GUARD_WORDS_WITHIN_SECONDS, TimeUnit.SECONDS)
                    .join();
        } catch (CompletionException died) {
            LOG.debugf("%s", died.getMessage());
        }
    }

    /// Thaws, ends the job and runs the script after the thaw, if that is still due. What cannot be done to the
    /// guest is left to the guard, which has tries and a connection of its own. Safe to call twice; never throws
    /// for what it could not do.
    @Override
    public void end() {
        try {
            endGuarded();
        } finally {
            scriptsEnd(Result.FAILED);
        }
    }

    private void endGuarded() {
        GuardLink known = guard;
        if (known == null) {
            return;
        }
        boolean isAborted = false;
        try {
            boolean isThawed = did("thaw", this::thaw);
            isAborted = did("end of the job", this::abort);
            if (isThawed && isAborted && did("guest", this::requireNotPausedSince)) {
                known.done();
            }
        } finally {
            known.close(); // else the lease would be renewed for ever
            guard = null;
        }
        if (isAborted) {
            tools.scratch().clear(command.point());
        }
    }

    /// A guest that ran out of scratch just before the end, unseen as yet, would stand for ever.
    private void requireNotPausedSince() {
        if (wasRunning && hypervisor.domain(command.domain()).state() == VmState.PAUSED) {
            throw new IllegalStateException(
                    "domain " + command.domain() + ": expected it running as before, found it paused");
        }
    }

    private boolean did(String what, Runnable step) {
        try {
            step.run();
            return true;
        } catch (DomainOff | NoSuchDomain nothingLeft) {
            return true;
        } catch (RuntimeException failed) {
            LOG.warnf(
                    "%s is left to the guard: %s vmId=%s taskId=%s",
                    what, failed.getMessage(), command.vm(), command.task());
            return false;
        }
    }
}
