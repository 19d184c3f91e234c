package io.tidemark.agent.backup;

import io.tidemark.agent.epoch.DiskDecision;
import io.tidemark.agent.epoch.EpochDecider;
import io.tidemark.agent.epoch.ObservedDisk;
import io.tidemark.agent.epoch.ProposedDisk;
import io.tidemark.agent.repository.Device;
import io.tidemark.agent.repository.Part;
import io.tidemark.agent.repository.RestorePoint;
import io.tidemark.agent.repository.StoredDisk;
import io.tidemark.schemas.command.AgentCommand.DiskOrder;
import io.tidemark.schemas.command.AgentCommand.StartBackup;
import io.tidemark.schemas.id.DiskId;
import io.tidemark.schemas.id.RestorePointId;
import io.tidemark.schemas.vocabulary.BitmapState;
import io.tidemark.schemas.vocabulary.FailureReason;
import io.tidemark.schemas.vocabulary.Level;
import io.tidemark.schemas.vocabulary.Reason;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// What one attempt does with each disk. Pure. It only weakens what the command proposes (invariant I3).
///
/// @param parent the point that increments continue; empty if no disk does
record BackupPlan(List<PlannedDisk> disks, Optional<RestorePointId> parent) {
    /// Stands for an image whose identity could not be asked; equals no identity that was.
    private static final String IDENTITY_UNKNOWN = "";

    BackupPlan {
        disks = List.copyOf(disks);
    }

    /// One disk of the plan.
    ///
    /// @param sizeBytes empty where it could not be asked; the export tells it later
    /// @param mayBegin whether a new bitmap may begin with this backup
    /// @param isCheckpointed whether one does
    record PlannedDisk(
            DiskId disk,
            String target,
            Device device,
            OptionalLong sizeBytes,
            String imageIdentity,
            DiskDecision decision,
            boolean mayBegin,
            boolean isCheckpointed) {
        boolean isIncremental() {
            return decision.level() == Level.INCREMENTAL;
        }

        private PlannedDisk full(Reason reason) {
            return isIncremental()
                    ? new PlannedDisk(
                            disk,
                            target,
                            device,
                            sizeBytes,
                            imageIdentity,
                            new DiskDecision(Level.FULL, reason, null),
                            mayBegin,
                            isCheckpointed)
                    : this;
        }

        private PlannedDisk checkpointed(boolean isWanted) {
            return new PlannedDisk(
                    disk, target, device, sizeBytes, imageIdentity, decision, mayBegin, mayBegin && isWanted);
        }
    }

    /// What is left of the proposed parent.
    ///
    /// @param point its restore point in the repository; empty if it is not there or belongs to another tracker
    /// @param checkpoint the name of its checkpoint, while the domain has it
    /// @param bitmaps what that checkpoint's bitmap is good for, by target
    /// @param doubts why it proves nothing whatever its state is, by target
    record ParentState(
            Optional<RestorePoint> point,
            Optional<String> checkpoint,
            Map<String, BitmapState> bitmaps,
            Map<String, Reason> doubts) {
        static final ParentState NONE = new ParentState(Optional.empty(), Optional.empty(), Map.of(), Map.of());

        ParentState {
            bitmaps = Map.copyOf(bitmaps);
            doubts = Map.copyOf(doubts);
        }
    }

    /// Fails if the domain has a disk that the command does not know, since no copy of it could be found again.
    static BackupPlan of(StartBackup command, DomainView domain, ParentState parent) {
        Map<String, DiskOrder> orders = new LinkedHashMap<>();
        domain.disks().forEach(disk -> orders.put(disk.target(), order(command, domain, disk)));
        if (orders.isEmpty()) {
            throw new BackupFailure(
                    FailureReason.INTERNAL, "domain " + domain.name() + ": expected at least one disk, found none");
        }
        SequencedMap<String, DiskDecision> decisions = EpochDecider.decide(
                orders.values().stream().map(order -> proposed(order, parent)).toList(), observed(domain, parent));
        List<PlannedDisk> disks = domain.disks().stream()
                .map(disk -> planned(disk, orders.get(disk.target()), decisions.get(disk.target())))
                .toList();
        return withParent(begun(disks), command.parent());
    }

    /// A differential begins no bitmap on any disk, so that all go on from the full. One that has become full on
    /// every disk is no differential.
    private static List<PlannedDisk> begun(List<PlannedDisk> disks) {
        boolean isDifferential = disks.stream().anyMatch(disk -> disk.decision().isDifferential());
        return disks.stream().map(disk -> disk.checkpointed(!isDifferential)).toList();
    }

    private static DiskOrder order(StartBackup command, DomainView domain, DomainDisk disk) {
        Optional<String> serial = domain.ownSerial(disk);
        return command.disks().stream()
                .filter(order -> order.target().equals(disk.target())
                        && Optional.ofNullable(order.serial()).equals(serial))
                .findFirst()
                .orElseThrow(() -> new BackupFailure(
                        FailureReason.INTERNAL,
                        "disk " + disk.target() + " of domain "
                                + domain.name() + ", serial " + disk.serial().orElse("none")
                                + ": expected it in the command,"
                                + " found "
                                + command.disks().stream()
                                        .map(BackupPlan::named)
                                        .toList()
                                + "; the inventory has to be sent again"));
    }

    private static String named(DiskOrder order) {
        return order.serial() == null ? order.target() : order.target() + "/" + order.serial();
    }

    private static ProposedDisk proposed(DiskOrder order, ParentState parent) {
        return new ProposedDisk(order.target(), order.level(), reason(order), parentDisk(order, parent));
    }

    private static @Nullable Reason reason(DiskOrder order) {
        if (order.level() == Level.INCREMENTAL) {
            return order.reason() == Reason.DIFFERENTIAL ? Reason.DIFFERENTIAL : null;
        }
        return Optional.ofNullable(order.reason()).orElse(Reason.FORCED_FULL);
    }

    private static ProposedDisk.@Nullable Parent parentDisk(DiskOrder order, ParentState parent) {
        String identity = order.parentImageIdentity();
        if (identity == null || parent.point().isEmpty()) {
            return null;
        }
        RestorePoint point = parent.point().get();
        return point.receipt().disks().stream()
                .map(StoredDisk::description)
                .filter(disk -> disk.disk().equals(order.disk()))
                .findFirst()
                .map(disk -> new ProposedDisk.Parent(
                        BackupOrder.checkpointName(point.key().point()), identity, disk.sizeBytes()))
                .orElse(null);
    }

    private static Map<String, ObservedDisk> observed(DomainView domain, ParentState parent) {
        Map<String, ObservedDisk> observed = new LinkedHashMap<>();
        for (DomainDisk disk : domain.disks()) {
            BitmapState bitmap = parent.bitmaps().getOrDefault(disk.target(), BitmapState.MISSING);
            observed.put(
                    disk.target(),
                    new ObservedDisk(
                            disk.untrackable().orElse(null),
                            disk.imageIdentity().orElse(null),
                            disk.virtualSizeBytes(),
                            parent.checkpoint().isPresent(),
                            bitmap,
                            parent.doubts().get(disk.target())));
        }
        return observed;
    }

    private static PlannedDisk planned(DomainDisk disk, @Nullable DiskOrder order, @Nullable DiskDecision decision) {
        if (order == null || decision == null) {
            throw new IllegalStateException("disk " + disk.target() + ": expected an order and a decision");
        }
        return new PlannedDisk(
                order.disk(),
                disk.target(),
                new Device(Part.DISK, disk.bus(), disk.format()),
                disk.virtualSizeBytes(),
                disk.imageIdentity().orElse(IDENTITY_UNKNOWN),
                decision,
                disk.isTrackable() && !decision.beginsNoBitmap(),
                false);
    }

    /// The same with one disk full, for the reason given. The moment is taken, and what has begun with it has.
    BackupPlan fullOn(DiskId disk, Reason reason) {
        List<PlannedDisk> changed = disks.stream()
                .map(each -> each.disk().equals(disk) ? each.full(reason) : each)
                .toList();
        return withParent(changed, parent.orElse(null));
    }

    private static BackupPlan withParent(List<PlannedDisk> disks, @Nullable RestorePointId parent) {
        boolean isContinued = disks.stream().anyMatch(PlannedDisk::isIncremental);
        return new BackupPlan(disks, isContinued ? Optional.ofNullable(parent) : Optional.empty());
    }

    boolean hasIncrement() {
        return disks.stream().anyMatch(PlannedDisk::isIncremental);
    }

    /// The same without increments, for the reason given, before the moment is taken.
    BackupPlan allFull(Reason reason) {
        return new BackupPlan(
                begun(disks.stream().map(disk -> disk.full(reason)).toList()), Optional.empty());
    }

    /// The disks as the hypervisor is asked for them.
    List<BackupOrder.DiskOrder> orders() {
        return disks.stream()
                .map(disk -> new BackupOrder.DiskOrder(
                        disk.target(), Optional.ofNullable(disk.decision().incrementalFrom()), disk.isCheckpointed()))
                .toList();
    }
}
