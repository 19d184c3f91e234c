package io.tidemark.system.epochs;

import static java.util.stream.Collectors.toMap;

import io.tidemark.agent.backup.BackupOrder;
import io.tidemark.agent.backup.PhaseGate.Phase;
import io.tidemark.orchestrator.chain.ChainProposal;
import io.tidemark.schemas.command.AgentCommand.RetireCheckpoints;
import io.tidemark.schemas.command.AgentCommand.StartBackup;
import io.tidemark.schemas.event.AgentEvent;
import io.tidemark.schemas.event.AgentEvent.BackupCompleted;
import io.tidemark.schemas.event.AgentEvent.BackupFailed;
import io.tidemark.schemas.id.Attempt;
import io.tidemark.schemas.id.RestorePointId;
import io.tidemark.schemas.id.TaskId;
import io.tidemark.schemas.id.TrackerId;
import io.tidemark.schemas.vocabulary.BackupLevel;
import io.tidemark.system.epochs.EpochHistory.Kind;
import io.tidemark.system.epochs.EpochHistory.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// Backups by the real agent: ordered, carried out while other things happen, read back, heard of. Fields that are
/// not final are how far they have come.
final class RealBackups {
    /// The first is there twice, as it has most of the backups.
    static final List<TrackerId> TRACKERS = List.of(TrackerId.DEFAULT, TrackerId.DEFAULT, new TrackerId("audit"));

    private static final int FREEZE_TIMEOUT_MILLIS = 5_000;
    private static final int DEADLINE_MILLIS = 60_000;

    private final RealHistory history;
    private final RealDomain domain;
    private final RealProofs proofs;
    private final List<Done> unheard = new ArrayList<>();
    private @Nullable Order order;
    private @Nullable Running running;
    private boolean isQuiet;
    private long attempts;

    /// What the orchestrator proposes.
    private record Order(Attempt attempt, TrackerId tracker, BackupLevel level, ChainProposal proposal) {
        RestorePointId point() {
            return new RestorePointId(new UUID(3, attempt.sequence()));
        }
    }

    private record Done(
            RealPoint point,
            BackupCompleted completed,
            @Nullable RestorePointId parent) {}

    /// An attempt in its life. Not final: what became of it.
    private static final class Running {
        private final Order order;
        private final CompletableFuture<String> cancelled = new CompletableFuture<>();
        private boolean isDisturbed;
        private @Nullable RealPoint taken;
        private @Nullable Throwable broken;

        Running(Order order, boolean isDisturbed) {
            this.order = order;
            this.isDisturbed = isDisturbed;
        }
    }

    RealBackups(RealHistory history, RealProofs proofs) {
        this.history = history;
        this.domain = history.domain;
        this.proofs = proofs;
    }

    void steps(List<Step> steps) {
        steps.add(new Step("a backup is ordered", Kind.WORK_ALONE, 60, this::order));
        steps.add(new Step("a backup runs", Kind.WORK_ALONE, 80, this::run));
        steps.add(new Step("a completed backup is heard of", Kind.WORK_ALONE, 80, this::hear));
        steps.add(new Step("checkpoints are retired", Kind.WORK_ALONE, 6, this::retire));
    }

    private boolean order() {
        if (order != null) {
            return false;
        }
        BackupLevel level = BackupLevel.INCREMENTAL;
        if (history.odds(1, 6)) {
            level = history.odds(1, 2) ? BackupLevel.FULL : BackupLevel.COPY;
        }
        order(history.any(TRACKERS), level);
        return true;
    }

    private void order(TrackerId tracker, BackupLevel level) {
        var ordered = new Order(new Attempt(1, ++attempts), tracker, level, history.office.propose(tracker, level));
        history.say("  attempt " + ordered.attempt() + ", " + level.code() + " for " + tracker + " on "
                + ordered.proposal().parent());
        order = ordered;
    }

    private boolean run() {
        Order ordered = order;
        if (ordered == null) {
            return false;
        }
        order = null;
        Running attempt = new Running(ordered, !domain.isKnownToLibvirt());
        running = attempt;
        AgentEvent end = history.agent.backup(command(ordered), ordered.attempt(), attempt.cancelled);
        running = null;
        if (attempt.broken != null) {
            throw new AssertionError(String.valueOf(attempt.broken.getMessage()), attempt.broken);
        }
        switch (end) {
            case BackupCompleted completed -> completed(attempt, completed);
            case BackupFailed failed -> failed(attempt, failed);
            default -> throw new AssertionError("a backup ended with " + end);
        }
        return true;
    }

    private static StartBackup command(Order ordered) {
        return new StartBackup(
                new TaskId(new UUID(4, ordered.attempt().sequence())),
                ordered.point(),
                OneVmOnOneHost.VM,
                TrueVm.DOMAIN,
                ordered.tracker(),
                RealAgent.REPOSITORY,
                ordered.proposal().parent(),
                ordered.proposal().orders(),
                false,
                FREEZE_TIMEOUT_MILLIS,
                DEADLINE_MILLIS,
                null,
                null);
    }

    private void completed(Running attempt, BackupCompleted completed) {
        RealPoint point = Objects.requireNonNull(attempt.taken);
        completed
                .disks()
                .forEach(disk -> history.say("  " + disk.target() + " "
                        + disk.level().code() + " " + disk.reason() + " " + disk.dirtyBytes()));
        proofs.committed(point, completed);
        unheard.add(new Done(point, completed, attempt.order.proposal().parent()));
    }

    private void failed(Running attempt, BackupFailed failed) {
        history.say("  it failed: " + failed.reason().code() + ": " + failed.detail());
        if (!attempt.isDisturbed) {
            throw new AssertionError("needless failure: " + failed.detail());
        }
        if (attempt.taken != null) {
            domain.checkpoints.remove(attempt.taken.checkpoint());
        }
    }

    /// In the midst of each phase, on the agent's thread. What is thrown it takes for a fault of its own.
    void reached(Phase phase) {
        Running attempt = Objects.requireNonNull(running);
        try {
            if (phase == Phase.FREEZE) {
                if (!isQuiet) {
                    history.betweenDecisionAndBegin();
                }
                take(attempt);
            } else if (!isQuiet && history.odds(1, 5)) {
                disturb(attempt, phase);
            }
        } catch (AssertionError | RuntimeException fault) {
            attempt.broken = fault instanceof Planted ? null : fault;
            throw fault;
        }
    }

    /// Something of the agent's that breaks.
    private static final class Planted extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    private void disturb(Running attempt, Phase phase) {
        boolean isCancelled = history.odds(1, 8);
        boolean isBroken = !isCancelled && history.odds(1, 8);
        String what = isCancelled ? "it is cancelled" : isBroken ? "it breaks" : "other things happen";
        history.say("  at " + phase + " " + what);
        if (isCancelled || isBroken) {
            attempt.isDisturbed = true;
            history.fault();
        }
        if (isBroken) {
            throw new Planted();
        }
        if (isCancelled) {
            attempt.cancelled.complete("cancel");
        } else {
            history.beside();
        }
    }

    /// Something happened that an attempt need not survive.
    void disturbed() {
        if (running != null) {
            running.isDisturbed = true;
        }
    }

    /// This is the moment.
    private void take(Running attempt) {
        Order ordered = attempt.order;
        Map<String, RealPoint.Then> disks = RealDomain.SERIALS.stream()
                .collect(toMap(
                        serial -> serial,
                        serial -> new RealPoint.Then(domain.top(serial), domain.top(serial).content)));
        RealPoint point = new RealPoint(ordered.point(), ordered.attempt(), ordered.tracker(), disks, history.now);
        if (ordered.level() != BackupLevel.COPY) {
            domain.checkpoints.add(point.checkpoint());
            RealDomain.SERIALS.forEach(serial -> domain.top(serial).told.add(point.checkpoint()));
        }
        attempt.taken = point;
        history.now++;
        history.promises.begun(point);
    }

    private boolean hear() {
        if (unheard.isEmpty()) {
            return false;
        }
        Done done = history.any(unheard);
        history.say("  " + done.point());
        unheard.remove(done);
        history.office.completed(done.point(), done.completed(), done.parent());
        return true;
    }

    private boolean retire() {
        RestorePointId inFlight = order == null ? null : order.proposal().parent();
        List<RestorePointId> unneeded = history.office.unneeded(inFlight);
        if (unneeded.isEmpty()) {
            return false;
        }
        history.say("  " + unneeded);
        unneeded.forEach(point -> domain.checkpoints.remove(BackupOrder.checkpointName(point)));
        history.promises.checkpointsGo();
        history.agent.retire(new RetireCheckpoints(OneVmOnOneHost.VM, TrueVm.DOMAIN, unneeded));
        return true;
    }

    void settle() {
        while (hear()) {
            history.now++;
        }
    }

    /// One more increment for each tracker, and nothing else happens meanwhile.
    void last() {
        isQuiet = true;
        for (TrackerId tracker : List.of(TRACKERS.getFirst(), TRACKERS.getLast())) {
            order(tracker, BackupLevel.INCREMENTAL);
            run();
            settle();
        }
        proofs.allStand();
    }
}
