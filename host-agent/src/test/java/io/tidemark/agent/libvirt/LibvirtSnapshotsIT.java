package io.tidemark.agent.libvirt;

import static io.tidemark.agent.libvirt.SnapshotDomain.UUID_OF_IT;
import static io.tidemark.agent.libvirt.SnapshotDomain.run;
import static io.tidemark.schemas.vocabulary.SnapshotMechanism.QCOW2_INTERNAL;
import static io.tidemark.schemas.vocabulary.SnapshotMechanism.QCOW2_OVERLAY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.tidemark.agent.backup.BackupOrder;
import io.tidemark.agent.backup.HypervisorException.CheckpointBroken;
import io.tidemark.agent.backup.HypervisorException.DomainBusy;
import io.tidemark.agent.snapshot.DomainSnapshots;
import io.tidemark.agent.snapshot.DomainSnapshotsContract;
import io.tidemark.agent.snapshot.SnapshotException;
import io.tidemark.demo.PrivateLibvirtd;
import io.tidemark.schemas.event.AgentEvent.SnapshotReport;
import io.tidemark.schemas.id.SnapshotName;
import io.tidemark.schemas.vocabulary.BitmapState;
import io.tidemark.schemas.vocabulary.FailureReason;
import io.tidemark.schemas.vocabulary.SnapshotMember;
import io.tidemark.schemas.vocabulary.VmState;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.libvirt.LibvirtException;

/// Snapshots through a real libvirtd and QEMU: what the disks hold, what bitmaps tell across them, and what is made
/// good after each part was killed.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
class LibvirtSnapshotsIT implements DomainSnapshotsContract {
    private static final SnapshotName S1 = new SnapshotName("s1");

    private SnapshotDomain lab;

    @BeforeAll
    void startDaemon() throws Exception {
        assumeThat(PrivateLibvirtd.missingHere()).isEmpty();
        lab = new SnapshotDomain();
    }

    @BeforeEach
    void startDomain() throws Exception {
        lab.start();
    }

    @AfterEach
    void removeDomain() throws Exception {
        lab.remove();
    }

    @AfterAll
    void stopDaemon() throws LibvirtException {
        if (lab != null) {
            lab.close();
        }
    }

    @Override
    public DomainSnapshots snapshots() {
        return lab.snapshots;
    }

    @Override
    public Path lies(String target) throws LibvirtException {
        return lab.volume(target).path();
    }

    @Override
    public void guestWrites(int value) throws LibvirtException {
        lab.write(value, "1M", "64k");
    }

    @Override
    public boolean holds(int value) throws Exception {
        return lab.has(lies("vda"), value, "1M", "64k");
    }

    @Test
    void theOverlayReceivesTheWritesAndTheFileBelowStaysAsItWas() throws Exception {
        lab.write(1, "1M", "64k");

        List<SnapshotMember> members = lab.taken(QCOW2_OVERLAY, "s1");
        lab.write(2, "1M", "64k");
        lab.handle.destroy();

        assertThat(members)
                .extracting(SnapshotMember::newFile)
                .containsExactly(
                        lab.overlay("a", "s1").toString(),
                        lab.overlay("b", "s1").toString());
        assertThat(lab.has(lab.image("a"), 1, "1M", "64k")).as("below").isTrue();
        assertThat(lab.has(lab.overlay("a", "s1"), 2, "1M", "64k")).as("on top").isTrue();
        assertThat(lab.defined()).isEqualTo(lab.overlay("a", "s1"));
        assertThat(lab.handle.snapshotListNames()).as("libvirt's own record").isEmpty();
    }

    @Test
    void whatWasTakenIsNotTakenAgain() throws Exception {
        List<SnapshotMember> members = lab.taken(QCOW2_OVERLAY, "s1");

        lab.snapshots.take(UUID_OF_IT, S1, members, false);

        assertThat(DiskChain.of(lab.handle, "vda").images()).containsExactly(lab.overlay("a", "s1"), lab.image("a"));
    }

    @Test
    void incrementsGoOnAcrossAnOverlayAndAfterItsMerge() throws Exception {
        String checkpoint = lab.fullBackup();
        lab.write(1, "1M", "64k");
        List<SnapshotMember> members = lab.taken(QCOW2_OVERLAY, "s1");
        lab.write(2, "4M", "64k");
        assertThat(lab.incrementReadsMiB(checkpoint)).as("across it").containsExactly(1L, 4L);

        lab.delete(members);
        lab.write(3, "6M", "64k");

        assertThat(lab.incrementReadsMiB(checkpoint)).as("after it").containsExactly(1L, 4L, 6L);
        assertMerged();
        assertThat(lab.has(lab.image("a"), 2, "4M", "64k")).isTrue();
    }

    /// Of all members, in libvirt's eyes too. Leaves the domain off.
    private void assertMerged() throws Exception {
        if (lab.handle.isActive() == 1) {
            lab.handle.destroy();
        }
        assertThat(lab.defined()).isEqualTo(lab.image("a"));
        assertThat(lab.overlay("a", "s1")).doesNotExist();
        assertThat(lab.overlay("b", "s1")).doesNotExist();
        try (var files = Files.list(lab.home)) {
            assertThat(files.filter(file -> file.toString().contains(".qcow2.")))
                    .as("nothing else")
                    .isEmpty();
        }
    }

    @Test
    void incrementsGoOnAcrossAnOverlayThatIsLaidAndMergedWhileTheDomainIsOff() throws Exception {
        String checkpoint = lab.fullBackup();
        lab.write(1, "1M", "64k");
        lab.handle.destroy();
        List<SnapshotMember> members = lab.taken(QCOW2_OVERLAY, "s1");
        lab.startAgain();
        lab.write(2, "4M", "64k");
        assertThat(lab.incrementReadsMiB(checkpoint)).as("across it").containsExactly(1L, 4L);
        String later = lab.fullBackup();
        lab.write(3, "6M", "64k");
        lab.handle.destroy();

        lab.delete(members);

        assertMerged();
        assertThat(lab.handle.getXMLDesc(3)).as("its secrets").contains("secret");
        lab.startAgain();
        lab.write(4, "8M", "64k");
        assertThat(lab.incrementReadsMiB(checkpoint)).as("after it").containsExactly(1L, 4L, 6L, 8L);
        assertThat(lab.incrementReadsMiB(later)).as("from one that began above").containsExactly(6L, 8L);
    }

    @Test
    void aRawDiskHasItsOverlayAndIsRawAgainAfterTheMerge() throws Exception {
        lab.handle.destroy();
        run("qemu-img", "create", "-q", "-f", "raw", lab.image("b").toString(), "8M");
        lab.connect().domainDefineXML(lab.xml("raw"));

        List<SnapshotMember> members = lab.taken(QCOW2_OVERLAY, "s1");
        String laid = DiskChain.of(lab.handle, "vdb").disk().format();
        lab.delete(members);

        assertThat(laid).isEqualTo("qcow2");
        assertThat(DiskChain.of(lab.handle, "vdb").disk().format()).isEqualTo("raw");
        assertMerged();
    }

    @Test
    void aMergeThatRunsIsGoneOnWithAfterLibvirtdWasKilled() throws Exception {
        List<SnapshotMember> members = lab.taken(QCOW2_OVERLAY, "s1");
        lab.write(2, "0", "12M");
        lab.daemon.virsh("blockcommit", SnapshotDomain.NAME, "vda", "--active", "--shallow", "--bandwidth", "1");
        lab.killLibvirtd();
        assertThat(DiskJob.of(lab.handle, "vda").kind()).as("the job").isEqualTo(DiskJob.ACTIVE_COMMIT);
        lab.daemon.virsh("blockjob", SnapshotDomain.NAME, "vda", "--bandwidth", "1000");

        lab.delete(members);
        lab.delete(members);

        assertMerged();
        assertThat(lab.has(lab.image("a"), 2, "0", "12M")).isTrue();
    }

    @Test
    void aMergeWhoseQemuWasKilledIsDoneAtRestAndItsBitmapsProveNothing() throws Exception {
        String checkpoint = lab.fullBackup();
        List<SnapshotMember> members = lab.taken(QCOW2_OVERLAY, "s1");
        lab.write(2, "0", "12M");
        lab.daemon.virsh("blockcommit", SnapshotDomain.NAME, "vda", "--active", "--shallow", "--bandwidth", "1");
        lab.killQemu();

        lab.delete(members);

        assertMerged();
        assertThat(lab.has(lab.image("a"), 2, "0", "12M")).isTrue();
        lab.startAgain();
        assertThat(lab.hypervisor.bitmapStates(UUID_OF_IT, checkpoint))
                .doesNotContainEntry("vda", BitmapState.RECORDING);
        BackupOrder increment = lab.order(Optional.of(checkpoint));
        assertThatThrownBy(() -> lab.hypervisor.beginBackup(UUID_OF_IT, increment))
                .isInstanceOf(CheckpointBroken.class);
    }

    @Test
    void aMergeThatWasCutOffBeforeTheFileWasRemovedEnds() throws Exception {
        List<SnapshotMember> members = lab.taken(QCOW2_OVERLAY, "s1");
        lab.write(2, "1M", "64k");
        OverlayFiles.makeFresh(lab.overlay("b", "s1"), new DiskChain.Standing(lab.image("b"), "qcow2"));
        lab.daemon.virsh("blockcommit", SnapshotDomain.NAME, "vda", "--active", "--shallow", "--pivot", "--wait");
        assertThat(lab.overlay("a", "s1")).exists();
        // as it lies there, it may be what a guest wrote behind libvirt's back
        assertThatThrownBy(() -> lab.delete(members)).hasMessageContaining("expected it merged by us");
        assertThat(lab.overlay("a", "s1")).exists();

        OverlayFiles.markMerging(lab.overlay("a", "s1"));
        lab.delete(members);

        assertMerged();
        assertThat(lab.has(lab.image("a"), 2, "1M", "64k")).isTrue();
    }

    /// Each step of a merge at rest is done, and then the whole of it again.
    @Test
    void aMergeAtRestThatWasCutOffIsDoneAgain() throws Exception {
        String checkpoint = lab.fullBackup();
        List<SnapshotMember> members = lab.taken(QCOW2_OVERLAY, "s1");
        lab.write(2, "1M", "64k");
        lab.handle.destroy();
        DiskChain chain = DiskChain.of(lab.handle, "vda");
        RestingMerge.of(chain, lab.overlay("a", "s1"), lab.image("a")).run();

        lab.delete(members);

        assertMerged();
        lab.startAgain();
        assertThat(lab.incrementReadsMiB(checkpoint)).containsExactly(1L);
    }

    @Test
    void theLowerOfTwoOverlaysIsMergedAlone() throws Exception {
        String checkpoint = lab.fullBackup();
        List<SnapshotMember> lower = lab.taken(QCOW2_OVERLAY, "s1");
        lab.write(1, "1M", "64k");
        List<SnapshotMember> upper = lab.taken(QCOW2_OVERLAY, "s2");
        lab.write(2, "4M", "64k");

        lab.delete(lower);

        assertThat(DiskChain.of(lab.handle, "vda").images()).containsExactly(lab.overlay("a", "s2"), lab.image("a"));
        assertThat(lab.incrementReadsMiB(checkpoint)).containsExactly(1L, 4L);
        lab.handle.destroy();
        lab.startAgain();
        lab.delete(upper);
        assertThat(lab.incrementReadsMiB(checkpoint)).containsExactly(1L, 4L);
        assertMerged();
    }

    @Test
    void theLowerOfTwoOverlaysIsMergedAloneWhileTheDomainIsOff() throws Exception {
        String checkpoint = lab.fullBackup();
        List<SnapshotMember> lower = lab.taken(QCOW2_OVERLAY, "s1");
        lab.write(1, "1M", "64k");
        List<SnapshotMember> upper = lab.taken(QCOW2_OVERLAY, "s2");
        lab.write(2, "4M", "64k");
        lab.handle.destroy();

        lab.delete(lower);

        lab.startAgain();
        assertThat(DiskChain.of(lab.handle, "vda").images()).containsExactly(lab.overlay("a", "s2"), lab.image("a"));
        assertThat(lab.incrementReadsMiB(checkpoint)).containsExactly(1L, 4L);
        lab.delete(upper);
        assertMerged();
    }

    @Test
    void anOverlayThatAnotherImageStandsOnIsNotMerged() throws Exception {
        List<SnapshotMember> members = lab.taken(QCOW2_OVERLAY, "s1");
        Path other = lab.home.resolve("other.qcow2");
        run(
                "qemu-img",
                "create",
                "-q",
                "-u",
                "-f",
                "qcow2",
                "-F",
                "qcow2",
                "-b",
                lab.image("a").toString(),
                other.toString(),
                "16M");

        assertRefused(() -> lab.delete(members), FailureReason.SNAPSHOT_NEEDED, other.toString());
        assertThat(DiskChain.of(lab.handle, "vda").images()).hasSize(2);
    }

    private static void assertRefused(ThrowingCallable call, FailureReason reason, String named) {
        assertThatThrownBy(call)
                .isInstanceOf(SnapshotException.class)
                .hasMessageContaining(named)
                .extracting(e -> ((SnapshotException) e).reason())
                .isEqualTo(reason);
    }

    @Test
    void aRevertBringsBackWhatTheDiskHeldAndTheSnapshotStays() throws Exception {
        lab.write(1, "1M", "64k");
        List<SnapshotMember> members = lab.taken(QCOW2_OVERLAY, "s1");
        lab.write(2, "1M", "64k");
        assertRefused(() -> lab.snapshots.revert(UUID_OF_IT, S1, members, false), FailureReason.VM_RUNS, "snapped");
        lab.snapshots.stop(UUID_OF_IT, List.of());

        lab.snapshots.revert(UUID_OF_IT, S1, members, false);

        assertThat(lab.has(lab.overlay("a", "s1"), 1, "1M", "64k")).isTrue();
        assertThat(lab.defined()).isEqualTo(lab.overlay("a", "s1"));
        assertThat(lab.snapshots.list(UUID_OF_IT, lab.volume("vda")))
                .extracting(SnapshotReport::storageName)
                .containsExactly("s1");
    }

    /// I3: the disk holds less than it did, of which no bitmap tells.
    @Test
    void noIncrementIsMadeAcrossARevertAndOneAfterItsMergeReadsAll() throws Exception {
        String checkpoint = lab.fullBackup();
        lab.write(1, "0", "64k");
        List<SnapshotMember> members = lab.taken(QCOW2_OVERLAY, "s1");
        lab.write(2, "1M", "64k");
        lab.handle.destroy();
        lab.snapshots.revert(UUID_OF_IT, S1, members, false);
        lab.startAgain();
        assertThat(lab.hypervisor.bitmapStates(UUID_OF_IT, checkpoint)).containsEntry("vda", BitmapState.GAP);

        lab.write(3, "4M", "64k");
        lab.delete(members);

        assertThat(lab.incrementReadsMiB(checkpoint)).as("after the merge").contains(0L, 4L);
    }

    @Test
    void noIncrementIsMadeAcrossARevertNorAfterItsMergeAtRest() throws Exception {
        String checkpoint = lab.fullBackup();
        List<SnapshotMember> members = lab.taken(QCOW2_OVERLAY, "s1");
        lab.write(2, "1M", "64k");
        lab.handle.destroy();
        lab.snapshots.revert(UUID_OF_IT, S1, members, false);

        lab.delete(members);

        assertThat(lab.hypervisor.bitmapStates(UUID_OF_IT, checkpoint)).containsEntry("vda", BitmapState.MISSING);
    }

    @Test
    void aRevertBelowANewerOverlayIsRefusedAndNamesIt() throws Exception {
        List<SnapshotMember> lower = lab.taken(QCOW2_OVERLAY, "s1");
        lab.taken(QCOW2_OVERLAY, "s2");
        lab.handle.destroy();

        assertRefused(
                () -> lab.snapshots.revert(UUID_OF_IT, S1, lower, false),
                FailureReason.SNAPSHOT_NEEDED,
                lab.overlay("a", "s2").toString());
    }

    @Test
    void aFileOfTheNameIsRefusedAndLeft() throws Exception {
        Files.writeString(lab.overlay("b", "s1"), "somebody's");

        assertRefused(
                () -> lab.planned(QCOW2_OVERLAY, "s1"),
                FailureReason.NAME_TAKEN,
                lab.overlay("b", "s1").toString());

        assertThat(lab.overlay("b", "s1")).hasContent("somebody's");
    }

    @Test
    void whatAnAttemptHasLeftOfAnOverlayIsMadeAnew() throws Exception {
        List<SnapshotMember> members = lab.planned(QCOW2_OVERLAY, "s1");
        run(
                "qemu-img",
                "create",
                "-q",
                "-f",
                "qcow2",
                "-F",
                "qcow2",
                "-b",
                lab.image("a").toString(),
                "-u",
                lab.overlay("a", "s1").toString(),
                "16M");
        Files.createFile(lab.overlay("b", "s1"));

        lab.snapshots.take(UUID_OF_IT, S1, members, false);

        assertThat(DiskChain.of(lab.handle, "vdb").images()).containsExactly(lab.overlay("b", "s1"), lab.image("b"));
    }

    @Test
    void anOverlayThatHoldsSomethingIsNotTakenForALeftover() throws Exception {
        List<SnapshotMember> members = lab.planned(QCOW2_OVERLAY, "s1");
        run(
                "qemu-img",
                "create",
                "-q",
                "-u",
                "-f",
                "qcow2",
                "-F",
                "qcow2",
                "-b",
                lab.image("a").toString(),
                lab.overlay("a", "s1").toString(),
                "16M");
        run(
                "qemu-io",
                "-c",
                "write -P 9 0 64k",
                "json:{\"driver\":\"qcow2\",\"backing\":null," + "\"file\":{\"driver\":\"file\",\"filename\":\""
                        + lab.overlay("a", "s1") + "\"}}");

        assertRefused(
                () -> lab.snapshots.take(UUID_OF_IT, S1, members, false),
                FailureReason.NAME_TAKEN,
                lab.overlay("a", "s1").toString());
    }

    @Test
    void nothingIsDoneWhileABackupRuns() throws Exception {
        List<SnapshotMember> members = lab.taken(QCOW2_OVERLAY, "s1");
        List<SnapshotMember> next = lab.planned(QCOW2_OVERLAY, "s2");
        List<SnapshotMember> inside = lab.planned(QCOW2_INTERNAL, "s3");
        BackupOrder order = lab.order(Optional.empty());
        lab.hypervisor.beginBackup(UUID_OF_IT, order);

        assertThatThrownBy(() -> lab.snapshots.take(UUID_OF_IT, new SnapshotName("s2"), next, false))
                .isInstanceOf(DomainBusy.class);
        assertThatThrownBy(() -> lab.snapshots.take(UUID_OF_IT, new SnapshotName("s3"), inside, false))
                .isInstanceOf(DomainBusy.class);
        assertThatThrownBy(() -> lab.delete(members)).isInstanceOf(DomainBusy.class);

        lab.hypervisor.abortBackup(UUID_OF_IT, order.point());
    }

    @Test
    void aSnapshotWithinTheImagesHoldsWhatTheyHeld() throws Exception {
        lab.write(1, "1M", "64k");
        List<SnapshotMember> members = lab.taken(QCOW2_INTERNAL, "s1");
        lab.snapshots.take(UUID_OF_IT, S1, members, false);
        lab.write(2, "1M", "64k");
        assertThat(lab.snapshots.list(UUID_OF_IT, lab.volume("vda")))
                .extracting(SnapshotReport::storageName)
                .containsExactly("s1");
        assertRefused(() -> lab.planned(QCOW2_INTERNAL, "s1"), FailureReason.NAME_TAKEN, "s1");
        lab.handle.destroy();

        run("qemu-img", "snapshot", "-a", "s1", lab.image("a").toString());

        assertThat(lab.has(lab.image("a"), 1, "1M", "64k")).isTrue();
        lab.startAgain();
        lab.delete(members);
        lab.delete(members);
        assertThat(lab.snapshots.list(UUID_OF_IT, lab.volume("vda"))).isEmpty();
    }

    @Test
    void incrementsGoOnPastASnapshotWithinTheImages() throws Exception {
        String checkpoint = lab.fullBackup();
        lab.write(1, "1M", "64k");
        List<SnapshotMember> members = lab.taken(QCOW2_INTERNAL, "s1");
        lab.write(2, "4M", "64k");
        lab.delete(members);

        assertThat(lab.incrementReadsMiB(checkpoint)).containsExactly(1L, 4L);
    }

    @Test
    void aRevertWithMemoryDoesNotEndTheGuestThoughCheckpointsAreThere() throws Exception {
        String checkpoint = lab.fullBackup();
        lab.write(1, "1M", "64k");
        List<SnapshotMember> members = lab.planned(QCOW2_INTERNAL, "s1");
        lab.snapshots.take(UUID_OF_IT, S1, members, true);
        lab.snapshots.take(UUID_OF_IT, S1, members, true);
        lab.write(2, "1M", "64k");

        lab.snapshots.revert(UUID_OF_IT, S1, members, true);

        assertThat(lab.hypervisor.domain(UUID_OF_IT).state()).isEqualTo(VmState.PAUSED);
        assertThat(lab.hypervisor.checkpoints(UUID_OF_IT)).doesNotContain(checkpoint);
        assertThat(lab.snapshots.list(UUID_OF_IT, lab.volume("vda")))
                .extracting(SnapshotReport::storageName)
                .as("it stays")
                .containsExactly("s1");
        lab.snapshots.delete(UUID_OF_IT, S1, members, true);
        assertThat(lab.snapshots.list(UUID_OF_IT, lab.volume("vda"))).isEmpty();
        assertThat(lab.handle.snapshotListNames()).isEmpty();
        lab.handle.destroy();
        assertThat(lab.has(lab.image("a"), 1, "1M", "64k")).isTrue();
    }

    @Test
    void aRevertWithMemoryIsRefusedForTheCheckpointsOfOthers() throws Exception {
        String ours = lab.fullBackup();
        List<SnapshotMember> members = lab.planned(QCOW2_INTERNAL, "s1");
        lab.snapshots.take(UUID_OF_IT, S1, members, true);
        lab.handle.checkpointCreateXML("<domaincheckpoint><name>theirs</name></domaincheckpoint>", 0);

        assertRefused(
                () -> lab.snapshots.revert(UUID_OF_IT, S1, members, true), FailureReason.SNAPSHOT_NEEDED, "theirs");

        assertThat(lab.hypervisor.domain(UUID_OF_IT).state()).isEqualTo(VmState.PAUSED);
        assertThat(lab.hypervisor.checkpoints(UUID_OF_IT)).contains(ours, "theirs");
    }

    @Test
    void aSnapshotOfOthersIsListedWithWhatHangsOnIt() throws Exception {
        lab.daemon.virsh("snapshot-create-as", SnapshotDomain.NAME, "theirs", "--disk-only");
        lab.taken(QCOW2_OVERLAY, "s1");

        List<SnapshotReport> reports = lab.snapshots.list(UUID_OF_IT, lab.volume("vda"));

        assertThat(reports).hasSize(2);
        assertThat(reports.getFirst().newFile())
                .isEqualTo(lab.home.resolve("a.theirs").toString());
        assertThat(reports.getFirst().hangsOnIt())
                .contains("overlay " + lab.volume("vda").path(), "libvirt's snapshot theirs");
        assertThat(reports.getLast().storageName()).isEqualTo("s1");
        assertThat(reports.getLast().hangsOnIt()).isEmpty();
    }

    @Test
    void overlaysAndSnapshotsWithinImagesNeedAGuestThatStands() throws Exception {
        List<SnapshotMember> members =
                List.of(lab.planned("vda", QCOW2_OVERLAY, "s1"), lab.planned("vdb", QCOW2_INTERNAL, "s1"));
        lab.handle.resume();
        assertRefused(
                () -> lab.snapshots.take(UUID_OF_IT, S1, members, false),
                FailureReason.MECHANISM_UNAVAILABLE,
                "paused");

        lab.snapshots.pause(UUID_OF_IT);
        lab.snapshots.take(UUID_OF_IT, S1, members, false);

        assertThat(lab.hypervisor.isPausedByOrder(UUID_OF_IT)).isTrue();
        assertThat(lab.snapshots.list(UUID_OF_IT, lab.volume("vda"))).hasSize(1);
        assertThat(lab.snapshots.list(UUID_OF_IT, lab.volume("vdb"))).hasSize(1);
    }
}
