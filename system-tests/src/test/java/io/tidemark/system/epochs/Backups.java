package io.tidemark.system.epochs;

import io.tidemark.agent.backup.BackupOrder;
import io.tidemark.agent.backup.DomainDisk;
import io.tidemark.agent.backup.DomainView;
import io.tidemark.agent.backup.HypervisorException.CheckpointBroken;
import io.tidemark.agent.epoch.DiskDecision;
import io.tidemark.agent.epoch.EpochDecider;
import io.tidemark.agent.epoch.ObservedDisk;
import io.tidemark.agent.epoch.ProposedDisk;
import io.tidemark.orchestrator.host.Disk;
import io.tidemark.schemas.id.Attempt;
import io.tidemark.schemas.id.RestorePointId;
import io.tidemark.schemas.vocabulary.BitmapState;
import io.tidemark.schemas.vocabulary.Level;
import io.tidemark.schemas.vocabulary.Reason;
import io.tidemark.system.epochs.EpochHistory.Kind;
import io.tidemark.system.epochs.EpochHistory.Step;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Backups in their real steps: ordered, decided on, begun, ended, told, and older checkpoints retired. Fields that
/// are not final are how far they have come.
final class Backups {
    private static final Path NOWHERE = Path.of("nowhere");

    private final EpochHistory history;
    private final TrueVm vm;
    private final EpochFlaw flaw;
    private final List<TruePoint> completed = new ArrayList<>();
    private final Set<String> left = new LinkedHashSet<>();
    private @Nullable Order order;
    private @Nullable TruePoint running;
    /// The images as they were when a point was taken at rest; null for one of the running VM.
    private @Nullable String rested;
    private long attempts;
    private int increments;

    /// What the orchestrator proposes, by target.
    private record Order(
            RestorePointId point,
            Attempt attempt,
            @Nullable TruePoint parent,
            Map<String, String> serials,
            Set<String> incremental) {}

    Backups(EpochHistory history, EpochFlaw flaw) {
        this.history = history;
        this.flaw = flaw;
        this.vm = history.vm;
    }

    int increments() {
        return increments;
    }

    void steps(List<Step> steps) {
        steps.add(new Step("a backup is ordered", Kind.WORK, 50, this::order));
        steps.add(new Step("a backup begins", Kind.WORK, 50, () -> begin(false)));
        steps.add(new Step("a backup begins, its images not to be looked at", Kind.WORK, 3, () -> begin(true)));
        steps.add(new Step("a backup begins at rest", Kind.WORK, 50, this::beginAtRest));
        steps.add(new Step("the backup ends", Kind.WORK, 60, () -> end(history.odds(5, 6))));
        steps.add(new Step("a completed backup is heard of", Kind.WORK, 60, this::hear));
        steps.add(new Step("left checkpoints are deleted", Kind.WORK, 4, this::deleteLeft));
        steps.add(new Step("checkpoints are retired", Kind.WORK, 6, this::retire));
    }

    private boolean order() {
        if (order != null || running != null) {
            return false;
        }
        Map<String, TruePoint> live = history.office.live();
        TruePoint parent = live.values().stream()
                .max(Comparator.comparing(TruePoint::attempt))
                .orElse(null);
        Map<String, String> serials = new HashMap<>();
        Set<String> incremental = new LinkedHashSet<>();
        for (Disk disk : history.office.disks()) {
            String serial = Objects.requireNonNull(disk.serial());
            serials.put(disk.target(), serial);
            if (parent != null && parent.equals(live.get(serial))) {
                incremental.add(serial);
            }
        }
        attempts++;
        order = new Order(
                new RestorePointId(new UUID(3, attempts)), new Attempt(1, attempts), parent, serials, incremental);
        history.say("  attempt " + attempts + " on " + parent);
        return true;
    }

    private boolean begin(boolean isIdentityHidden) {
        Order ordered = order;
        if (ordered == null || !vm.isRunning || vm.job != null || running != null) {
            return false;
        }
        order = null;
        history.agent.hearAll();
        vm.isIdentityHidden = isIdentityHidden;
        DomainView view = vm.domain(TrueVm.DOMAIN);
        vm.isIdentityHidden = false;
        if (areDisksOf(ordered)) {
            Map<String, DiskDecision> decisions = EpochDecider.decide(proposed(ordered), observed(ordered, view));
            history.betweenDecisionAndBegin();
            begin(ordered, view, decisions, begun -> vm.beginBackup(TrueVm.DOMAIN, begun));
        }
        return true;
    }

    /// As `BackupAttempt` and `PointAtRest` do it.
    private boolean beginAtRest() {
        Order ordered = order;
        if (ordered == null || vm.isRunning || running != null) {
            return false;
        }
        order = null;
        history.agent.hearAll();
        DomainView view = vm.domain(TrueVm.DOMAIN);
        if (areDisksOf(ordered)) {
            history.agent.doubtWhatChangedAtRest(view);
            Map<String, DiskDecision> decisions = EpochDecider.decide(proposed(ordered), observed(ordered, view));
            Instant takenAt = Instant.ofEpochSecond(history.now);
            begin(
                    ordered,
                    view,
                    decisions,
                    begun -> history.agent.rest.write(view, () -> vm.beginAtRest(TrueVm.DOMAIN, begun, takenAt)));
            rested = vm.restStamp(TrueVm.DOMAIN);
        }
        return true;
    }

    private boolean areDisksOf(Order ordered) {
        Map<String, String> found = new HashMap<>();
        vm.disks.forEach((target, disk) -> found.put(target, disk.serial()));
        if (!found.equals(ordered.serials())) {
            history.say("  it fails: the disks are not those of the order");
            return false;
        }
        return true;
    }

    private static List<ProposedDisk> proposed(Order ordered) {
        TruePoint parent = ordered.parent();
        return ordered.serials().entrySet().stream()
                .map(each -> {
                    boolean isIncremental = ordered.incremental().contains(each.getValue());
                    return new ProposedDisk(
                            each.getKey(),
                            isIncremental ? Level.INCREMENTAL : Level.FULL,
                            isIncremental ? null : Reason.PARENT_MISSING,
                            isIncremental && parent != null ? parent(parent, each.getValue()) : null);
                })
                .toList();
    }

    private static ProposedDisk.Parent parent(TruePoint parent, String serial) {
        TruePoint.Disk disk = Objects.requireNonNull(parent.disks().get(serial));
        return new ProposedDisk.Parent(parent.checkpoint(), disk.identity(), disk.sizeBytes());
    }

    /// As `BackupAttempt` and `BackupPlan` look at it.
    private Map<String, ObservedDisk> observed(Order ordered, DomainView view) {
        TruePoint parent = ordered.parent();
        Map<String, ObservedDisk> observed = new LinkedHashMap<>();
        Map<String, BitmapState> states =
                parent == null ? Map.of() : vm.bitmapStates(TrueVm.DOMAIN, parent.checkpoint());
        Map<String, Reason> doubts = parent == null ? Map.of() : history.agent.doubts(view, parent.checkpoint());
        boolean isThere = parent != null && vm.checkpoints(TrueVm.DOMAIN).contains(parent.checkpoint());
        for (DomainDisk disk : view.disks()) {
            observed.put(
                    disk.target(),
                    new ObservedDisk(
                            null,
                            disk.imageIdentity().orElse(null),
                            disk.virtualSizeBytes(),
                            isThere,
                            states.getOrDefault(disk.target(), BitmapState.MISSING),
                            doubts.get(disk.target())));
        }
        return observed;
    }

    private void begin(
            Order ordered, DomainView view, Map<String, DiskDecision> decisions, Consumer<BackupOrder> take) {
        rested = null;
        history.agent.begins.moved(TrueVm.DOMAIN);
        boolean isAsDecided = isBegun(ordered, decisions, take);
        history.agent.begins.moved(TrueVm.DOMAIN);
        Map<String, TruePoint.Disk> disks = new HashMap<>();
        for (DomainDisk disk : view.disks()) {
            String serial = disk.serial().orElseThrow();
            DiskDecision decision = Objects.requireNonNull(decisions.get(disk.target()));
            boolean isIncremental = isAsDecided && decision.level() == Level.INCREMENTAL;
            history.say("  " + serial + ": " + (isIncremental ? "an increment" : "full, " + decision.reason()));
            if (isIncremental) {
                increments++;
                history.promises.increment(serial, Objects.requireNonNull(ordered.parent()));
            }
            TrueImage top = vm.top(serial);
            disks.put(
                    serial,
                    new TruePoint.Disk(
                            disk.target(),
                            top,
                            top.copied(),
                            disk.imageIdentity().orElse(""),
                            disk.virtualSizeBytes().orElse(0)));
        }
        Instant takenAt = Instant.ofEpochSecond(history.now);
        running = new TruePoint(ordered.point(), ordered.attempt(), takenAt, disks, history.now);
        history.now++;
        history.promises.begun(running);
    }

    /// False if all disks are backed up full, as a bitmap broke after it was looked at.
    private boolean isBegun(Order ordered, Map<String, DiskDecision> decisions, Consumer<BackupOrder> take) {
        try {
            take.accept(order(ordered, decisions));
            return true;
        } catch (CheckpointBroken broken) {
            take.accept(order(ordered, Map.of()));
            return false;
        }
    }

    private static BackupOrder order(Order ordered, Map<String, DiskDecision> decisions) {
        List<BackupOrder.DiskOrder> disks = ordered.serials().keySet().stream()
                .map(target -> new BackupOrder.DiskOrder(
                        target, Optional.ofNullable(decisions.get(target)).map(DiskDecision::incrementalFrom), true))
                .toList();
        return new BackupOrder(ordered.point(), disks, NOWHERE, NOWHERE);
    }

    private boolean end(boolean isCommitted) {
        TruePoint ended = running;
        if (ended == null) {
            return false;
        }
        running = null;
        boolean isCopied = rested == null ? ended.id().equals(vm.job) : isHeld(ended);
        vm.abortBackup(TrueVm.DOMAIN, ended.id());
        if (isCopied && isCommitted) {
            completed.add(ended);
        } else {
            history.say("  it failed");
            left.add(ended.checkpoint());
            deleteLeft();
        }
        return true;
    }

    /// As `PointAtRest` finds out. What was read until now is of one instant only if it is so.
    private boolean isHeld(TruePoint ended) {
        boolean isHeld = flaw == EpochFlaw.REST_UNHELD
                || (!vm.isRunning && vm.restStamp(TrueVm.DOMAIN).equals(rested));
        if (isHeld) {
            history.promises.readAtRest(ended);
        }
        return isHeld;
    }

    private boolean hear() {
        if (completed.isEmpty()) {
            return false;
        }
        TruePoint heard = history.any(completed);
        history.say("  " + heard);
        if (history.odds(9, 10)) {
            completed.remove(heard);
        }
        history.office.completed(heard);
        retireUnneeded();
        return true;
    }

    void retireUnneeded() {
        Order ordered = order;
        TruePoint parent = ordered == null ? null : ordered.parent();
        history.office.retireUnneeded(parent == null ? Set.of() : Set.of(parent.id()));
    }

    private boolean deleteLeft() {
        if (left.isEmpty() || vm.job != null) {
            return false;
        }
        left.forEach(this::delete);
        left.clear();
        return true;
    }

    private boolean retire() {
        if (history.office.toRetire.isEmpty() || vm.job != null) {
            return false;
        }
        for (RestorePointId point : history.office.toRetire) {
            delete(BackupOrder.checkpointName(point));
        }
        history.office.toRetire.clear();
        return true;
    }

    /// As `AttemptCheckpoints` does it.
    private void delete(String checkpoint) {
        if (vm.isRunning) {
            vm.deleteCheckpoint(TrueVm.DOMAIN, checkpoint);
        } else {
            var _ = history.agent.rest.write(
                    vm.domain(TrueVm.DOMAIN), () -> vm.deleteCheckpoint(TrueVm.DOMAIN, checkpoint));
        }
    }

    void settle() {
        var _ = end(true);
        while (hear()) {
            history.now++;
        }
    }
}
