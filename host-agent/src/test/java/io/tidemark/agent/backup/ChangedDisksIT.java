package io.tidemark.agent.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.tidemark.agent.backup.PausedDomain.Plugged;
import io.tidemark.agent.repository.DiskReader;
import io.tidemark.agent.repository.PointKey;
import io.tidemark.demo.PrivateLibvirtd;
import io.tidemark.schemas.command.AgentCommand.DiskOrder;
import io.tidemark.schemas.command.AgentCommand.RetireCheckpoints;
import io.tidemark.schemas.command.AgentCommand.StartBackup;
import io.tidemark.schemas.event.AgentEvent;
import io.tidemark.schemas.event.AgentEvent.BackupCompleted;
import io.tidemark.schemas.event.AgentEvent.DiskResult;
import io.tidemark.schemas.id.Attempt;
import io.tidemark.schemas.id.DiskId;
import io.tidemark.schemas.id.RestorePointId;
import io.tidemark.schemas.id.TaskId;
import io.tidemark.schemas.id.TrackerId;
import io.tidemark.schemas.id.VmId;
import io.tidemark.schemas.vocabulary.Level;
import io.tidemark.schemas.vocabulary.Reason;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Backups of a domain whose disks are others than at the backup before: what each of them becomes and why, that no
/// other disk notices, and that every point holds what the disks were at its moment.
///
/// The orders are those of an orchestrator that knows disks by their serials and has not heard of the change: each
/// disk that ever began an epoch is ordered as an increment of the newest point. What comes of it is the agent's
/// doing.
class ChangedDisksIT {
    private static final VmId VM = new VmId(new UUID(1, 1));
    private static final int MIB = 1 << 20;
    private static final int GRANULE = 64 << 10;

    private final List<AgentEvent> events = new ArrayList<>();
    private final Map<String, DiskId> ids = new HashMap<>();
    /// What each disk's last backup that began an epoch said.
    private final Map<DiskId, DiskResult> begun = new HashMap<>();
    /// What was on the disks, by point.
    private final Map<RestorePointId, Map<DiskId, byte[]>> taken = new LinkedHashMap<>();
    private PausedDomain domain;
    private RealBackups backups;
    private int attempts;
    private int writes;

    @BeforeEach
    void start() throws Exception {
        assumeThat(PrivateLibvirtd.missingHere()).isEmpty();
        domain = new PausedDomain();
        backups = new RealBackups(domain, PhaseGate.OPEN);
        writeToEach();
    }

    @AfterEach
    void stop() throws Exception {
        if (backups != null) {
            backups.close();
        }
        if (domain != null) {
            domain.close();
        }
    }

    @Test
    void diskThatIsAddedIsFull() throws Exception {
        BackupCompleted first = backup(null);
        whileOff(() -> {
            domain.create("new.qcow2", 8 * MIB);
            domain.plug("vdd", "new.qcow2", "SER-new");
        });

        BackupCompleted next = backup(first);

        assertThat(levels(next)).containsExactly("vda +", "vdb +", "vdc tracking-unsupported", "vdd disk-added");
        assertGoesOn(first, next);
    }

    @Test
    void diskThatIsRemovedIsNotInThePointAndNoOtherNotices() throws Exception {
        BackupCompleted first = backup(null);
        whileOff(() -> domain.unplug("vdb"));

        BackupCompleted next = backup(first);

        assertThat(levels(next)).containsExactly("vda +", "vdc tracking-unsupported");
        assertGoesOn(first, next);
    }

    @Test
    void diskThatGetsAnotherTargetIsTheSameDiskAndGoesOn() throws Exception {
        BackupCompleted first = backup(null);
        whileOff(() -> plugAs("vdd", domain.unplug("vdb")));

        BackupCompleted next = backup(first);

        assertThat(levels(next)).containsExactly("vda +", "vdc tracking-unsupported", "vdd +");
        assertThat(disk(next, "vdd").disk()).isEqualTo(disk(first, "vdb").disk());
        assertThat(disk(next, "vdd").dirtyBytes()).isEqualTo(GRANULE);
        assertGoesOn(first, next);
    }

    @Test
    void disksThatExchangeTheirTargetsGoOn() throws Exception {
        BackupCompleted first = backup(null);
        whileOff(() -> exchange("vda", "vdb"));

        BackupCompleted next = backup(first);

        assertThat(levels(next)).containsExactly("vda +", "vdb +", "vdc tracking-unsupported");
        assertThat(disk(next, "vda").disk()).isEqualTo(disk(first, "vdb").disk());
        assertGoesOn(first, next);
    }

    /// By the image that stands at the target, not by what the definition calls it.
    @Test
    void imagesThatExchangeTheirDisksAreReadWhole() throws Exception {
        whileOff(() -> {
            domain.create("other.qcow2", 8 * MIB);
            domain.plug("vdd", "other.qcow2", "SER-other");
        });
        BackupCompleted first = backup(null);
        whileOff(() -> {
            domain.plug("vdb", "other.qcow2", "SER-vdb");
            domain.plug("vdd", "vdb.qcow2", "SER-other");
        });

        BackupCompleted next = backup(first);

        assertThat(levels(next))
                .containsExactly("vda +", "vdb disk-replaced", "vdc tracking-unsupported", "vdd disk-replaced");
        assertGoesOn(first, next);
    }

    /// Though its bitmap recorded all along: the point between did not hold it.
    @Test
    void diskThatWasAwayForOneBackupIsFull() throws Exception {
        BackupCompleted first = backup(null);
        Plugged[] away = new Plugged[1];
        whileOff(() -> away[0] = domain.unplug("vdb"));
        BackupCompleted without = backup(first);
        whileOff(() -> {
            domain.writeAway(away[0].image(), 3 * MIB, 512, 0x61);
            plugAs("vdb", away[0]);
        });

        BackupCompleted next = backup(without);

        assertThat(levels(next)).containsExactly("vda +", "vdb parent-missing", "vdc tracking-unsupported");
        assertThat(disk(next, "vdb").disk()).isEqualTo(disk(first, "vdb").disk());
        assertGoesOn(without, next);
    }

    /// The copy has the bitmaps of the image, which record and name the same granules.
    @Test
    void copyOfAnImageInItsPlaceIsReadWhole() throws Exception {
        BackupCompleted first = backup(null);
        whileOff(() -> {
            domain.copy("vdb.qcow2", "copy.qcow2");
            domain.plug("vdb", "copy.qcow2", "SER-vdb");
        });

        BackupCompleted next = backup(first);

        assertThat(levels(next)).containsExactly("vda +", "vdb disk-replaced", "vdc tracking-unsupported");
        assertGoesOn(first, next);
    }

    @Test
    void copyOfAnImageBesideItIsAnotherDiskWhoseBitmapsAreNotOurs() throws Exception {
        BackupCompleted first = backup(null);
        whileOff(() -> {
            domain.copy("vdb.qcow2", "copy.qcow2");
            domain.plug("vdd", "copy.qcow2", "SER-copy");
        });

        BackupCompleted next = backup(first);

        assertThat(levels(next)).containsExactly("vda +", "vdb +", "vdc tracking-unsupported", "vdd disk-added");
        assertGoesOn(first, next);
    }

    @Test
    void diskThatGrowsAndOneWhoseNewImageIsLargerAreReadWhole() throws Exception {
        BackupCompleted first = backup(null);
        domain.grow("vda", 24 * MIB);
        BackupCompleted grown = backup(first);
        whileOff(() -> {
            domain.create("large.qcow2", 12 * MIB);
            domain.plug("vdb", "large.qcow2", "SER-vdb");
        });

        BackupCompleted next = backup(grown);

        assertThat(levels(grown)).containsExactly("vda disk-resized", "vdb +", "vdc tracking-unsupported");
        assertThat(levels(next)).containsExactly("vda +", "vdb disk-resized", "vdc tracking-unsupported");
        assertGoesOn(grown, next);
    }

    @Test
    void diskThatIsMadeRawAndBackAgainBeginsAnEpochAsSoonAsItCan() throws Exception {
        BackupCompleted first = backup(null);
        whileOff(() -> {
            domain.create("raw.raw", 8 * MIB);
            domain.plug("vdb", "raw.raw", "SER-vdb");
        });
        BackupCompleted raw = backup(first);
        whileOff(() -> domain.plug("vdb", "vdb.qcow2", "SER-vdb"));

        BackupCompleted next = backup(raw);

        assertThat(levels(raw)).containsExactly("vda +", "vdb tracking-unsupported", "vdc tracking-unsupported");
        assertThat(disk(next, "vda").level()).isEqualTo(Level.INCREMENTAL);
        assertThat(levels(next).get(1)).isIn("vdb bitmap-missing", "vdb disk-replaced");
        assertGoesOn(raw, next);
    }

    /// The raw one has no bitmap: what it holds is read whole, and what differs from the point before is stored.
    @Test
    void disksOnBlockDevicesGoOnAsThoseInFilesDo() throws Exception {
        assumeThat(Path.of("/dev/loop-control")).exists();
        whileOff(() -> {
            domain.createOnDevice("volume.raw", 4 * MIB);
            domain.createOnDevice("volume.qcow2", 8 * MIB);
            domain.plug("vdd", "volume.raw", "SER-raw");
            domain.plug("vde", "volume.qcow2", "SER-qcow2");
        });
        BackupCompleted first = backup(null);
        writeToEach();
        domain.write("vdd", 3 * MIB + 512, 512, 0x6b); // as on no other disk
        domain.handle.destroy();
        BackupCompleted resting = backup(first);
        domain.start();
        writeToEach();
        domain.write("vdd", 3 * MIB + 1024, 512, 0x6c);

        BackupCompleted next = backup(resting);

        assertThat(levels(next))
                .containsExactly("vda +", "vdb +", "vdc tracking-unsupported", "vdd tracking-unsupported", "vde +");
        assertThat(List.of(resting, next))
                .allSatisfy(done -> assertThat(disk(done, "vdd").newBytes()).isEqualTo(GRANULE));
        assertThat(disk(next, "vdd").dirtyBytes()).isEqualTo(4 * GRANULE);
        assertThat(disk(next, "vde").dirtyBytes()).isEqualTo(GRANULE);
        assertGoesOn(resting, next);
    }

    /// What stood at a target at the look before is not what is compared.
    @Test
    void chainGoesOnWhileTheDomainIsOffAndItsDisksChangeTheirTargets() throws Exception {
        BackupCompleted first = backup(null);
        domain.handle.destroy();
        BackupCompleted resting = backup(first);
        exchange("vda", "vdb");
        plugAs("vdd", domain.unplug("vdb"));
        domain.redefine();

        BackupCompleted next = backup(resting);

        assertThat(levels(next)).containsExactly("vda +", "vdc tracking-unsupported", "vdd +");
        assertThat(disk(next, "vda").disk()).isEqualTo(disk(first, "vdb").disk());
        domain.start();
        assertGoesOn(resting, next);
    }

    private interface Change {
        void make() throws Exception;
    }

    private void whileOff(Change change) throws Exception {
        domain.handle.destroy();
        change.make();
        domain.redefine();
        domain.start();
        writeToEach();
    }

    private void plugAs(String target, Plugged disk) {
        domain.plug(target, disk.image(), disk.serial());
    }

    private void exchange(String target, String other) {
        Plugged first = domain.unplug(target);
        plugAs(target, domain.unplug(other));
        plugAs(other, first);
    }

    /// One granule of each disk, which nobody has written before.
    private void writeToEach() throws Exception {
        writes++;
        for (String target : domain.disks().keySet()) {
            domain.write(target, writes * 5 * GRANULE, 512, writes);
        }
    }

    /// The older point's checkpoint goes with every bitmap of it, the next backup is an increment of each disk that
    /// can have one, and all points are what they were.
    private void assertGoesOn(BackupCompleted older, BackupCompleted newest) throws Exception {
        retire(older);
        writeToEach();

        BackupCompleted next = backup(newest);

        retire(newest);
        assertThat(next.disks())
                .allMatch(disk -> disk.level() == Level.INCREMENTAL || disk.reason() == Reason.TRACKING_UNSUPPORTED);
        String live = BackupOrder.checkpointName(next.point());
        String retired = BackupOrder.checkpointName(newest.point());
        backups.hypervisor.bitmaps(PausedDomain.UUID).forEach((target, bitmaps) -> {
            assertThat(bitmaps).as(target).doesNotContainKey(retired);
            assertThat(bitmaps.containsKey(live))
                    .as(target)
                    .isEqualTo(disk(next, target).epochBegun());
        });
        assertThat(backups.hypervisor.checkpoints(PausedDomain.UUID))
                .contains(live)
                .doesNotContain(retired);
        taken.forEach(this::assertBytes);
    }

    private void retire(BackupCompleted done) {
        backups.service.retire(new RetireCheckpoints(VM, PausedDomain.UUID, List.of(done.point())), events::add);
        String checkpoint = BackupOrder.checkpointName(done.point());
        assertThat(backups.hypervisor.checkpoints(PausedDomain.UUID)).doesNotContain(checkpoint);
        backups.hypervisor
                .bitmaps(PausedDomain.UUID)
                .forEach((target, bitmaps) -> assertThat(bitmaps).as(target).doesNotContainKey(checkpoint));
    }

    private void assertBytes(RestorePointId point, Map<DiskId, byte[]> disks) {
        disks.forEach((disk, bytes) -> {
            try (DiskReader reader = backups.repository.openDisk(new PointKey(VM, point), disk)) {
                assertThat(reader.read(0, (int) reader.sizeBytes()))
                        .as("disk %s of point %s", disk, point)
                        .isEqualTo(bytes);
            }
        });
    }

    private BackupCompleted backup(@Nullable BackupCompleted parent) {
        backups.service.backup(command(parent), new Attempt(1, attempts), new CompletableFuture<>(), events::add);
        assertThat(events.getLast()).isInstanceOf(BackupCompleted.class);
        BackupCompleted done = (BackupCompleted) events.getLast();
        Map<DiskId, byte[]> bytes = new HashMap<>();
        for (DiskResult disk : done.disks()) {
            bytes.put(disk.disk(), domain.expected(disk.target()).clone());
            if (disk.epochBegun()) {
                begun.put(disk.disk(), disk);
            }
        }
        taken.put(done.point(), bytes);
        return done;
    }

    private StartBackup command(@Nullable BackupCompleted parent) {
        attempts++;
        List<DiskOrder> orders = new ArrayList<>();
        domain.disks().forEach((target, disk) -> orders.add(order(target, disk.serial(), parent != null)));
        return new StartBackup(
                new TaskId(new UUID(4, attempts)),
                new RestorePointId(new UUID(3, attempts)),
                VM,
                PausedDomain.UUID,
                new TrackerId("default"),
                RealBackups.REPOSITORY,
                parent == null ? null : parent.point(),
                orders,
                false,
                5000,
                60_000,
                null,
                null);
    }

    private DiskOrder order(String target, String serial, boolean hasParent) {
        DiskId id = ids.computeIfAbsent(serial, _ -> new DiskId(new UUID(2, ids.size())));
        DiskResult before = begun.get(id);
        Reason reason = hasParent ? Reason.DISK_ADDED : Reason.FIRST_BACKUP;
        return before == null
                ? new DiskOrder(id, target, serial, Level.FULL, reason, null)
                : new DiskOrder(id, target, serial, Level.INCREMENTAL, null, before.imageIdentity());
    }

    private static DiskResult disk(BackupCompleted done, String target) {
        return done.disks().stream()
                .filter(disk -> disk.target().equals(target))
                .findFirst()
                .orElseThrow();
    }

    /// By target: the reason why a disk is full, or a plus for an increment.
    private static List<String> levels(BackupCompleted done) {
        return done.disks().stream()
                .map(disk -> disk.target() + " "
                        + (disk.reason() == null ? "+" : disk.reason().code()))
                .toList();
    }
}
