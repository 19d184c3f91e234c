package io.tidemark.agent.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.tidemark.agent.backup.BackupPlan.ParentState;
import io.tidemark.agent.backup.BackupPlan.PlannedDisk;
import io.tidemark.agent.repository.CommitReceipt;
import io.tidemark.agent.repository.Digest;
import io.tidemark.agent.repository.DiskDescription;
import io.tidemark.agent.repository.PointDescription;
import io.tidemark.agent.repository.PointKey;
import io.tidemark.agent.repository.RestorePoint;
import io.tidemark.agent.repository.StoredDisk;
import io.tidemark.schemas.command.AgentCommand.DiskOrder;
import io.tidemark.schemas.command.AgentCommand.StartBackup;
import io.tidemark.schemas.id.Attempt;
import io.tidemark.schemas.id.DiskId;
import io.tidemark.schemas.id.DomainUuid;
import io.tidemark.schemas.id.RepositoryId;
import io.tidemark.schemas.id.RestorePointId;
import io.tidemark.schemas.id.TaskId;
import io.tidemark.schemas.id.TrackerId;
import io.tidemark.schemas.id.VmId;
import io.tidemark.schemas.vocabulary.BitmapState;
import io.tidemark.schemas.vocabulary.Consistency;
import io.tidemark.schemas.vocabulary.Level;
import io.tidemark.schemas.vocabulary.Reason;
import io.tidemark.schemas.vocabulary.VmState;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BackupPlanTest {
    private static final VmId VM = new VmId(new UUID(1, 1));
    private static final DomainUuid DOMAIN = new DomainUuid(new UUID(5, 1));
    private static final TrackerId TRACKER = new TrackerId("default");
    private static final RestorePointId PARENT = new RestorePointId(new UUID(3, 1));
    private static final String CHECKPOINT = BackupOrder.checkpointName(PARENT);
    private static final DiskId DISK_A = new DiskId(new UUID(2, 1));
    private static final DiskId DISK_B = new DiskId(new UUID(2, 2));
    private static final long SIZE = 1 << 20;

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                // format, identity, size, parent in repository, checkpoint, bitmap,        reason
                "qcow2, image, 1048576, true,  true,  RECORDING,     -",
                "qcow2, image, 1048576, false, true,  RECORDING,     PARENT_MISSING",
                "qcow2, other, 1048576, true,  true,  RECORDING,     DISK_REPLACED",
                "qcow2, -,     1048576, true,  true,  RECORDING,     DISK_REPLACED",
                "qcow2, image, 2097152, true,  true,  RECORDING,     DISK_RESIZED",
                "qcow2, image, -,       true,  true,  RECORDING,     SIZE_MISMATCH",
                "qcow2, image, 1048576, true,  false, RECORDING,     CHECKPOINT_MISSING",
                "qcow2, image, 1048576, true,  false, MISSING,       BITMAP_MISSING",
                "qcow2, other, 1048576, true,  true,  GAP,           BITMAP_GAP_IN_BACKING_CHAIN",
                "qcow2, image, 1048576, true,  true,  MISSING,       BITMAP_MISSING",
                "qcow2, image, 1048576, true,  true,  NOT_RECORDING, BITMAP_NOT_RECORDING",
                "qcow2, image, 1048576, true,  true,  INCONSISTENT,  BITMAP_INCONSISTENT",
                "raw,   image, 1048576, true,  true,  RECORDING,     TRACKING_UNSUPPORTED",
            })
    void proposedIncrementIsWeakenedByWhatIsObserved(
            String format,
            @Nullable String identity,
            @Nullable Long size,
            boolean isParentThere,
            String rest,
            @Nullable String bitmap,
            @Nullable Reason reason) {
        var parent = new ParentState(
                isParentThere ? Optional.of(point(DISK_A)) : Optional.empty(),
                Boolean.parseBoolean(rest) ? Optional.of(CHECKPOINT) : Optional.empty(),
                Map.of("vda", BitmapState.valueOf(String.valueOf(bitmap))),
                Map.of());

        PlannedDisk planned = BackupPlan.of(
                        command(incremental(DISK_A, "vda", "A")),
                        domain(disk("vda", "A", format, identity, size)),
                        parent)
                .disks()
                .getFirst();

        assertThat(planned.decision().reason()).isEqualTo(reason);
        assertThat(planned.isIncremental()).isEqualTo(reason == null);
        assertThat(planned.isCheckpointed()).isEqualTo(format.equals("qcow2"));
    }

    @Test
    void oneDiskThatMustBeFullLeavesTheOtherIncremental() {
        var parent = new ParentState(
                Optional.of(point(DISK_A, DISK_B)),
                Optional.of(CHECKPOINT),
                Map.of("vda", BitmapState.RECORDING, "vdb", BitmapState.INCONSISTENT),
                Map.of());

        BackupPlan plan = BackupPlan.of(
                command(incremental(DISK_A, "vda", "A"), incremental(DISK_B, "vdb", "B")),
                domain(disk("vda", "A"), disk("vdb", "B")),
                parent);

        assertThat(plan.disks()).extracting(PlannedDisk::isIncremental).containsExactly(true, false);
        assertThat(plan.parent()).contains(PARENT);
        assertThat(plan.orders())
                .extracting(BackupOrder.DiskOrder::incrementalFrom)
                .containsExactly(Optional.of(CHECKPOINT), Optional.empty());
    }

    @Test
    void copyIsFullAndBeginsNoBitmapOnAnyDisk() {
        BackupPlan plan = BackupPlan.of(
                command(copied(DISK_A, "vda", "A"), copied(DISK_B, "vdb", "B")),
                domain(disk("vda", "A"), disk("vdb", "B", "raw", "image", SIZE)),
                ParentState.NONE);

        assertThat(plan.disks())
                .extracting(disk -> disk.decision().reason(), PlannedDisk::isCheckpointed)
                .containsOnly(tuple(Reason.COPY, false));
        assertThat(plan.parent()).isEmpty();
    }

    private static DiskOrder copied(DiskId id, String target, String serial) {
        return new DiskOrder(id, target, serial, Level.FULL, Reason.COPY, null);
    }

    @Test
    void differentialBeginsNoBitmapNotEvenOnADiskThatFellBack() {
        var parent = new ParentState(
                Optional.of(point(DISK_A, DISK_B)),
                Optional.of(CHECKPOINT),
                Map.of("vda", BitmapState.RECORDING),
                Map.of());

        BackupPlan plan = BackupPlan.of(
                command(differing(DISK_A, "vda", "A"), differing(DISK_B, "vdb", "B")),
                domain(disk("vda", "A"), disk("vdb", "B")),
                parent);

        assertThat(plan.disks())
                .extracting(disk -> disk.decision().reason(), PlannedDisk::isCheckpointed)
                .containsExactly(tuple(Reason.DIFFERENTIAL, false), tuple(Reason.BITMAP_MISSING, false));
        assertThat(plan.parent()).contains(PARENT);
    }

    @Test
    void differentialThatBecameFullOnEveryDiskBeginsBitmapsAsAnyFullUnlessTheMomentIsTaken() {
        var orders = command(differing(DISK_A, "vda", "A"), differing(DISK_B, "vdb", "B"));
        var domain = domain(disk("vda", "A"), disk("vdb", "B"));
        var recording = Map.of("vda", BitmapState.RECORDING, "vdb", BitmapState.RECORDING);
        var parent = new ParentState(Optional.of(point(DISK_A, DISK_B)), Optional.of(CHECKPOINT), recording, Map.of());
        BackupPlan plan = BackupPlan.of(orders, domain, parent);

        BackupPlan before = plan.allFull(Reason.BITMAP_INCONSISTENT);
        BackupPlan after = plan.fullOn(DISK_A, Reason.SAMPLE_MISMATCH).fullOn(DISK_B, Reason.SAMPLE_MISMATCH);

        assertThat(BackupPlan.of(orders, domain, ParentState.NONE).disks())
                .extracting(PlannedDisk::isCheckpointed)
                .containsOnly(true);
        assertThat(before.disks()).extracting(PlannedDisk::isCheckpointed).containsOnly(true);
        assertThat(after.disks()).extracting(PlannedDisk::isCheckpointed).containsOnly(false);
        assertThat(List.of(before, after)).extracting(BackupPlan::hasIncrement).containsOnly(false);
    }

    private static DiskOrder differing(DiskId id, String target, String serial) {
        return new DiskOrder(id, target, serial, Level.INCREMENTAL, Reason.DIFFERENTIAL, "image");
    }

    @Test
    void planWithoutIncrementHasNoParent() {
        BackupPlan plan =
                BackupPlan.of(command(incremental(DISK_A, "vda", "A")), domain(disk("vda", "A")), ParentState.NONE);

        assertThat(plan.parent()).isEmpty();
        assertThat(plan.hasIncrement()).isFalse();
    }

    @Test
    void proposedFullIsNeverStrengthened() {
        var full = new DiskOrder(DISK_A, "vda", "A", Level.FULL, Reason.INTERVAL_REACHED, "image");
        var parent = new ParentState(
                Optional.of(point(DISK_A)), Optional.of(CHECKPOINT), Map.of("vda", BitmapState.RECORDING), Map.of());

        BackupPlan plan = BackupPlan.of(command(full), domain(disk("vda", "A")), parent);

        assertThat(plan.disks().getFirst().decision().reason()).isEqualTo(Reason.INTERVAL_REACHED);
    }

    @Test
    void diskThatTheParentDoesNotHoldIsFull() {
        var parent = new ParentState(
                Optional.of(point(DISK_B)), Optional.of(CHECKPOINT), Map.of("vda", BitmapState.RECORDING), Map.of());

        BackupPlan plan = BackupPlan.of(command(incremental(DISK_A, "vda", "A")), domain(disk("vda", "A")), parent);

        assertThat(plan.disks().getFirst().decision().reason()).isEqualTo(Reason.PARENT_MISSING);
    }

    @Test
    void diskThatIsGoneIsLeftOut() {
        BackupPlan plan = BackupPlan.of(
                command(incremental(DISK_A, "vda", "A"), incremental(DISK_B, "vdb", "B")),
                domain(disk("vdb", "B")),
                ParentState.NONE);

        assertThat(plan.disks()).extracting(PlannedDisk::target).containsExactly("vdb");
    }

    @Test
    void diskWithoutAnIdIsNamed() {
        assertThatThrownBy(() -> BackupPlan.of(
                        command(incremental(DISK_A, "vda", "A")),
                        domain(disk("vda", "A"), disk("vdc", "C")),
                        ParentState.NONE))
                .isInstanceOf(BackupFailure.class)
                .hasMessageContaining("disk vdc")
                .hasMessageContaining("[vda/A]")
                .hasMessageContaining("inventory");
    }

    @Test
    void anotherDiskBehindTheSameTargetIsNotTheOneInTheCommand() {
        assertThatThrownBy(() -> BackupPlan.of(
                        command(incremental(DISK_A, "vda", "A")), domain(disk("vda", "Z")), ParentState.NONE))
                .isInstanceOf(BackupFailure.class)
                .hasMessageContaining("serial Z");
    }

    /// The orchestrator knows such disks by their targets, and orders them without a serial.
    @Test
    void serialThatIsBlankOrThatTwoDisksHaveIsNotCompared() {
        StartBackup command = command(
                new DiskOrder(DISK_A, "vda", null, Level.FULL, Reason.DISK_ADDED, null),
                new DiskOrder(DISK_B, "vdb", null, Level.FULL, Reason.DISK_ADDED, null));

        for (String serial : List.of("same", " ")) {
            BackupPlan plan =
                    BackupPlan.of(command, domain(disk("vda", serial), disk("vdb", serial)), ParentState.NONE);

            assertThat(plan.disks()).extracting(PlannedDisk::disk).containsExactly(DISK_A, DISK_B);
        }
        assertThatThrownBy(
                        () -> BackupPlan.of(command, domain(disk("vda", "A"), disk("vdb", "same")), ParentState.NONE))
                .isInstanceOf(BackupFailure.class)
                .hasMessageContaining("serial A");
    }

    @Test
    void brokenCheckpointMakesIncrementsFullAndKeepsOtherReasons() {
        var parent = new ParentState(
                Optional.of(point(DISK_A, DISK_B)),
                Optional.of(CHECKPOINT),
                Map.of("vda", BitmapState.RECORDING),
                Map.of());
        BackupPlan plan = BackupPlan.of(
                command(incremental(DISK_A, "vda", "A"), incremental(DISK_B, "vdb", "B")),
                domain(disk("vda", "A"), disk("vdb", "B")),
                parent);

        BackupPlan full = plan.allFull(Reason.BITMAP_INCONSISTENT);

        assertThat(full.disks())
                .extracting(disk -> disk.decision().reason())
                .containsExactly(Reason.BITMAP_INCONSISTENT, Reason.BITMAP_MISSING);
        assertThat(full.parent()).isEmpty();
    }

    private static DomainDisk disk(String target, String serial) {
        return disk(target, serial, "qcow2", "image", SIZE);
    }

    private static DomainDisk disk(
            String target, String serial, String format, @Nullable String identity, @Nullable Long size) {
        return new DomainDisk(
                target,
                "virtio",
                Optional.of(serial),
                format,
                Optional.empty(),
                size == null ? OptionalLong.empty() : OptionalLong.of(size),
                Optional.ofNullable(identity),
                format.equals("raw") ? Optional.of(Reason.TRACKING_UNSUPPORTED) : Optional.empty());
    }

    private static DomainView domain(DomainDisk... disks) {
        return new DomainView(DOMAIN, "vm", VmState.RUNNING, List.of(disks));
    }

    private static DiskOrder incremental(DiskId disk, String target, String serial) {
        return new DiskOrder(disk, target, serial, Level.INCREMENTAL, null, "image");
    }

    private static StartBackup command(DiskOrder... disks) {
        return new StartBackup(
                new TaskId(new UUID(4, 2)),
                new RestorePointId(new UUID(3, 2)),
                VM,
                DOMAIN,
                TRACKER,
                new RepositoryId("main"),
                PARENT,
                List.of(disks),
                false,
                5000,
                60_000,
                null,
                null);
    }

    private static RestorePoint point(DiskId... ids) {
        List<StoredDisk> disks = List.of(ids).stream()
                .map(id -> new StoredDisk(new DiskDescription(id, "vda", SIZE, Level.FULL, null, "image"), 0, 0))
                .toList();
        return new RestorePoint(
                new PointKey(VM, PARENT),
                TRACKER,
                null,
                new Attempt(1, 1),
                new PointDescription(Instant.EPOCH, Consistency.CRASH, "<domain/>"),
                new CommitReceipt(PARENT, Digest.of(new byte[0]), disks));
    }
}
