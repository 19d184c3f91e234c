package io.tidemark.agent.libvirt;

import static io.tidemark.agent.libvirt.SnapshotDomain.UUID_OF_IT;
import static io.tidemark.agent.libvirt.SnapshotDomain.run;
import static io.tidemark.schemas.vocabulary.SnapshotMechanism.QCOW2_INTERNAL;
import static io.tidemark.schemas.vocabulary.SnapshotMechanism.QEMU_COPY_BEFORE_WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.tidemark.agent.backup.BackupOrder;
import io.tidemark.agent.backup.BackupOrder.DiskOrder;
import io.tidemark.agent.snapshot.CopyBeforeWriteContract;
import io.tidemark.agent.snapshot.DomainSnapshots;
import io.tidemark.agent.snapshot.SnapshotException;
import io.tidemark.demo.PrivateLibvirtd;
import io.tidemark.schemas.event.AgentEvent.SnapshotReport;
import io.tidemark.schemas.id.RestorePointId;
import io.tidemark.schemas.vocabulary.BitmapState;
import io.tidemark.schemas.vocabulary.FailureReason;
import io.tidemark.schemas.vocabulary.SnapshotMember;
import io.tidemark.schemas.vocabulary.VmState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.libvirt.LibvirtException;

/// Copies before write by a real QEMU under libvirt: what is gone back to, what goes on beside them, and what is
/// left after each part was killed. All of it lies on a file system of [#ROOM_MIB].
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
class CopyBeforeWriteIT implements CopyBeforeWriteContract {
    private static final int ROOM_MIB = 80;

    private Path home;
    private SnapshotDomain lab;

    @BeforeAll
    void startDaemon() throws Exception {
        assumeThat(PrivateLibvirtd.missingHere()).isEmpty();
        home = Files.createTempDirectory("tm-cbw");
        run("mount", "-t", "tmpfs", "-o", "size=" + ROOM_MIB + "m", "none", home.toString());
        lab = new SnapshotDomain(home);
    }

    @BeforeEach
    void startDomain() throws Exception {
        lab.startRaw();
    }

    @AfterEach
    void removeDomain() throws Exception {
        lab.remove();
    }

    @AfterAll
    void stopDaemon() throws Exception {
        if (lab != null) {
            lab.close();
        }
        if (home != null) {
            run("umount", home.toString());
        }
    }

    @Override
    public DomainSnapshots snapshots() {
        return lab.snapshots;
    }

    @Override
    public Path lies(String target) throws LibvirtException {
        return DomainXml.disks(SnapshotDomain.NAME, lab.handle.getXMLDesc(0)).stream()
                .filter(disk -> disk.target().equals(target))
                .map(disk -> Path.of(disk.source().orElseThrow()))
                .findFirst()
                .orElseThrow();
    }

    @Override
    public void guestWrites(int value) throws LibvirtException {
        lab.write(value, "1M", "64k");
    }

    @Override
    public boolean holds(int value) throws Exception {
        return SnapshotDomain.has("raw", lies("vda").toString(), value, "1M 64k");
    }

    private List<SnapshotMember> taken() throws LibvirtException {
        return lab.taken(QEMU_COPY_BEFORE_WRITE, "s1");
    }

    private static String sha256(Path file) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
    }

    private String storageName() throws LibvirtException {
        List<SnapshotReport> reports = lab.snapshots.list(UUID_OF_IT, lab.volume("vda"));
        assertThat(reports).hasSize(1);
        return reports.getFirst().storageName();
    }

    private String whyLost() throws LibvirtException {
        return String.join(
                ", ",
                lab.snapshots.list(UUID_OF_IT, lab.volume("vda")).getFirst().hangsOnIt());
    }

    private void reverted(List<SnapshotMember> members) {
        lab.snapshots.stop(UUID_OF_IT, members);
        lab.snapshots.revert(UUID_OF_IT, FIRST, members, false);
    }

    private void assertNothingIsLeft() throws IOException {
        try (var files = Files.list(home)) {
            assertThat(files.filter(file -> file.toString().contains("@"))).isEmpty();
        }
    }

    private static void assertRefused(ThrowingCallable call, FailureReason reason, String named) {
        assertThatThrownBy(call)
                .isInstanceOf(SnapshotException.class)
                .hasMessageContaining(named)
                .extracting(e -> ((SnapshotException) e).reason())
                .isEqualTo(reason);
    }

    /// Data over data, data over a hole, zeros over data, and part of a cluster.
    @Test
    void everyByteOfBothDisksIsPutBack() throws Exception {
        lab.write(1, "0", "3M");
        lab.write(1, 9, "5M", "1M");
        String vda = sha256(lab.image("a"));
        String vdb = sha256(lab.image("b"));
        List<SnapshotMember> members = taken();
        lab.write(2, "512k", "1M");
        lab.write(3, "8M", "1M");
        lab.write(0, "2M", "256k");
        lab.write(4, "2600k", "4k");
        lab.write(1, 7, "4M", "4M");
        assertThat(sha256(lab.image("a")))
                .as("the guest writes to its own file")
                .isNotEqualTo(vda);

        reverted(members);

        assertThat(sha256(lab.image("a"))).isEqualTo(vda);
        assertThat(sha256(lab.image("b"))).isEqualTo(vdb);
        lab.startAgain();
        lab.delete(members);
        assertNothingIsLeft();
    }

    @Test
    void backupsOfTheDiskGoOnBesideItAndItHoldsItsMomentStill() throws Exception {
        lab.write(1, "1M", "64k");
        String before = sha256(lab.image("a"));
        List<SnapshotMember> members = taken();
        lab.write(2, "1M", "64k");
        BackupOrder order = order(false);
        lab.hypervisor.requireKnownImages(UUID_OF_IT);
        lab.hypervisor.makeScratch(UUID_OF_IT, order);
        lab.hypervisor.beginBackup(UUID_OF_IT, order);
        lab.write(3, "1M", "64k");
        String export = "nbd+unix:///vda?socket=" + order.nbdSocket();

        assertThat(SnapshotDomain.has("raw", export, 2, "1M 64k"))
                .as("the backup")
                .isTrue();
        lab.hypervisor.abortBackup(UUID_OF_IT, order.point());

        assertThat(storageName()).isEqualTo("s1");
        reverted(members);
        assertThat(sha256(lab.image("a"))).isEqualTo(before);
    }

    private BackupOrder order(boolean isFirstInQcow2) {
        return new BackupOrder(
                new RestorePointId(UUID.randomUUID()),
                List.of(
                        new DiskOrder("vda", Optional.empty(), isFirstInQcow2),
                        new DiskOrder("vdb", Optional.empty(), false)),
                home.resolve("nbd.sock"),
                home);
    }

    @Test
    void bitmapsOfOtherDisksAreSeenAndGoOn() throws Exception {
        lab.handle.destroy();
        run("qemu-img", "create", "-q", "-f", "qcow2", lab.image("a").toString(), "16M");
        lab.connect().domainDefineXML(lab.xml("raw"));
        lab.startAgain();
        BackupOrder order = order(true);
        String checkpoint = BackupOrder.checkpointName(order.point());
        lab.hypervisor.beginBackup(UUID_OF_IT, order);
        lab.hypervisor.abortBackup(UUID_OF_IT, order.point());
        var inside = lab.planned("vda", QCOW2_INTERNAL, "s1");
        var copied = lab.planned("vdb", QEMU_COPY_BEFORE_WRITE, "s1");

        lab.snapshots.take(UUID_OF_IT, FIRST, List.of(inside, copied), false);

        assertThat(lab.hypervisor.bitmapStates(UUID_OF_IT, checkpoint)).containsEntry("vda", BitmapState.RECORDING);
        lab.delete(List.of(inside, copied));
        assertThat(lab.hypervisor.bitmapStates(UUID_OF_IT, checkpoint)).containsEntry("vda", BitmapState.RECORDING);
        assertNothingIsLeft();
    }

    @Test
    void whatIsInQcow2IsRefused() throws Exception {
        lab.handle.destroy();
        lab.start();

        assertRefused(() -> lab.planned(QEMU_COPY_BEFORE_WRITE, "s1"), FailureReason.MECHANISM_UNAVAILABLE, "bitmaps");
    }

    @Test
    void severalDisksNeedAGuestThatStandsAndOneDoesNot() throws Exception {
        lab.handle.resume();
        List<SnapshotMember> members = lab.planned(QEMU_COPY_BEFORE_WRITE, "s1");
        assertRefused(
                () -> lab.snapshots.take(UUID_OF_IT, FIRST, members, false),
                FailureReason.MECHANISM_UNAVAILABLE,
                "paused");

        lab.snapshots.take(UUID_OF_IT, FIRST, members.subList(0, 1), false);

        assertThat(storageName()).isEqualTo("s1");
        assertThat(lab.hypervisor.domain(UUID_OF_IT).state()).isEqualTo(VmState.RUNNING);
    }

    @Test
    void aFileSystemThatIsFullBreaksTheSnapshotAndTheGuestLives() throws Exception {
        lab.write(1, "0", "12M");
        List<SnapshotMember> members = taken();
        lab.handle.resume();
        fill("other.first", 1);
        assertThat(storageName()).isEqualTo("s1");

        lab.write(2, "0", "12M");

        assertThat(lab.hypervisor.domain(UUID_OF_IT).state()).isEqualTo(VmState.RUNNING);
        assertThat(storageName()).isEqualTo("a.qcow2@s1.qemu-copy-before-write");
        assertThat(whyLost()).contains("want of room");
        assertRefused(
                () -> lab.snapshots.stop(UUID_OF_IT, members), FailureReason.SNAPSHOT_CHANGED, "could not be copied");
        assertThat(lab.hypervisor.domain(UUID_OF_IT).state()).as("it runs on").isEqualTo(VmState.RUNNING);
        assertRefused(() -> lab.planned(QEMU_COPY_BEFORE_WRITE, "s1"), FailureReason.MECHANISM_UNAVAILABLE, "s1");
        lab.delete(members);
        fill("other.second", 0);
        assertRefused(() -> lab.planned(QEMU_COPY_BEFORE_WRITE, "s1"), FailureReason.NO_SPACE, "tenth");
        lab.handle.destroy();
        assertThat(SnapshotDomain.has("raw", lab.image("a").toString(), 2, "0 12M"))
                .as("every write of the guest")
                .isTrue();
    }

    private void fill(String file, long leftMiB) throws IOException, InterruptedException {
        long roomMiB = Files.getFileStore(home).getUsableSpace() >> 20;
        String filler = home.resolve(file).toString();
        run("dd", "if=/dev/zero", "of=" + filler, "bs=1M", "count=" + (roomMiB - leftMiB), "status=none");
    }

    @Test
    void itOutlivesLibvirtd() throws Exception {
        lab.write(1, "1M", "64k");
        String before = sha256(lab.image("a"));
        List<SnapshotMember> members = taken();

        lab.killLibvirtd();
        lab.write(2, "1M", "64k");

        assertThat(storageName()).isEqualTo("s1");
        reverted(members);
        assertThat(sha256(lab.image("a"))).isEqualTo(before);
    }

    @Test
    void itEndsWithAQemuThatIsKilled() throws Exception {
        List<SnapshotMember> members = taken();
        lab.write(2, "1M", "64k");

        lab.killQemu();

        assertThat(storageName()).isEqualTo("a.qcow2@s1.qemu-copy-before-write");
        assertThat(whyLost()).contains("is gone");
        assertRefused(() -> reverted(members), FailureReason.SNAPSHOT_CHANGED, "is gone");
        lab.delete(members);
        assertNothingIsLeft();
    }

    /// QEMU is killed after the volumes were set aside, before it was asked to end.
    @Test
    void aQemuThatIsKilledOnTheWayToARevertLeavesTheDisksAsTheGuestLeftThem() throws Exception {
        List<SnapshotMember> members = taken();
        lab.write(2, "1M", "64k");
        CopyFiles.of(members.getFirst()).setAside();
        CopyFiles.of(members.getLast()).setAside();
        lab.killQemu();
        lab.snapshots.stop(UUID_OF_IT, members);

        assertRefused(
                () -> lab.snapshots.revert(UUID_OF_IT, FIRST, members, false),
                FailureReason.SNAPSHOT_CHANGED,
                "did not close");

        assertThat(holds(2)).isTrue();
        lab.startAgain();
    }

    @Test
    void aRevertThatWasCutOffAnywhereGoesOn() throws Exception {
        lab.write(1, "1M", "64k");
        String before = sha256(lab.image("a"));
        List<SnapshotMember> members = taken();
        lab.write(2, "1M", "64k");
        CopyFiles files = CopyFiles.of(members.getFirst());
        files.setAside(); // and here the agent dies, the guest still there

        lab.snapshots.stop(UUID_OF_IT, members);
        lab.snapshots.revert(UUID_OF_IT, FIRST, members, false);
        Files.move(lab.image("a"), files.aside()); // as if it had died before the volume came back
        lab.snapshots.stop(UUID_OF_IT, members);
        lab.snapshots.revert(UUID_OF_IT, FIRST, members, false);

        assertThat(sha256(lab.image("a"))).isEqualTo(before);
        assertThat(whyLost()).contains("put back");
        lab.startAgain();
        lab.delete(members);
        assertNothingIsLeft();
    }

    @Test
    void aRevertThatIsGivenUpBeforeTheGuestIsStoppedLeavesItsVolume() throws Exception {
        List<SnapshotMember> members = taken();
        lab.write(2, "1M", "64k");
        CopyFiles.of(members.getFirst()).setAside();

        lab.delete(members);

        assertNothingIsLeft();
        lab.write(3, "1M", "64k");
        lab.handle.destroy();
        assertThat(holds(3)).isTrue();
    }

    @Test
    void whatWasBegunIsTakenOrGivenUp() throws Exception {
        List<SnapshotMember> members = lab.planned(QEMU_COPY_BEFORE_WRITE, "s1");
        for (SnapshotMember member : members) {
            var disk = DiskChain.of(lab.handle, String.valueOf(member.target())).disk();
            new CopyFilter(lab.handle, disk, CopyFiles.of(member)).prepare();
        }
        var vda = DiskChain.of(lab.handle, "vda").disk();
        new CopyFilter(lab.handle, vda, CopyFiles.of(members.getFirst())).insert();

        lab.snapshots.take(UUID_OF_IT, FIRST, members, false);
        assertThat(storageName()).isEqualTo("s1");
        String access = QemuTop.of(lab.handle, vda).node() + "-a";
        // which an agent that died has left
        Qmp.run(
                lab.handle,
                "blockdev-backup",
                Qmp.object()
                        .put("job-id", access)
                        .put("device", access)
                        .put("target", access.replaceAll("a$", "n"))
                        .put("sync", "full")
                        .put("speed", 1)
                        .put("auto-dismiss", false));
        lab.delete(members);

        assertNothingIsLeft();
        assertThat(QemuTop.of(lab.handle, vda).node()).startsWith("libvirt-");
    }

    @Test
    void anOverlayThatOthersLayBelowItStays() throws Exception {
        List<SnapshotMember> members = taken();
        lab.daemon.virsh("snapshot-create-as", SnapshotDomain.NAME, "theirs", "--disk-only", "--no-metadata");
        assertThatThrownBy(() -> lab.hypervisor.bitmaps(UUID_OF_IT)).hasMessageContaining("hides");

        lab.delete(members);

        assertNothingIsLeft();
        var vda = DiskChain.of(lab.handle, "vda").disk();
        assertThat(QemuTop.of(lab.handle, vda).file())
                .isEqualTo(home.resolve("a.theirs").toString());
        lab.daemon.virsh("blockcommit", SnapshotDomain.NAME, "vda", "--active", "--pivot", "--wait");
    }
}
