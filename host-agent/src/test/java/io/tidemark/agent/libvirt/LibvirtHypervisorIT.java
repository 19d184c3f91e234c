package io.tidemark.agent.libvirt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.agent.backup.BackupOrder;
import io.tidemark.agent.backup.BackupOrder.DiskOrder;
import io.tidemark.agent.backup.BitmapState;
import io.tidemark.agent.backup.DomainFreeze;
import io.tidemark.agent.backup.DomainJob;
import io.tidemark.agent.backup.HypervisorException.CheckpointBroken;
import io.tidemark.agent.backup.HypervisorException.DomainBusy;
import io.tidemark.agent.backup.HypervisorException.DomainOff;
import io.tidemark.agent.backup.HypervisorException.HypervisorUnavailable;
import io.tidemark.agent.backup.HypervisorException.NoSuchDomain;
import io.tidemark.schemas.id.DomainUuid;
import io.tidemark.schemas.id.RestorePointId;
import io.tidemark.schemas.vocabulary.Reason;
import io.tidemark.schemas.vocabulary.VmState;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.libvirt.Connect;
import org.libvirt.Domain;
import org.libvirt.LibvirtException;

/// The adapter against a real libvirtd and a paused QEMU without an operating system: one qcow2 disk, one raw disk.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LibvirtHypervisorIT {
    private static final int START_PAUSED = 1;
    private static final DomainUuid DOMAIN = DomainUuid.of("6a1f0f2e-0000-4000-8000-000000000001");

    private Path home;
    private PrivateDaemon daemon;
    private Connect connect;
    private Domain handle;
    private LibvirtHypervisor hypervisor;
    private int lastPoint;

    @BeforeAll
    void startDaemon() throws IOException, InterruptedException, LibvirtException {
        Assumptions.assumeTrue(PrivateDaemon.isPossible(), "needs root, libvirtd and qemu-system-x86_64");
        home = Files.createTempDirectory("tm-virt");
        daemon = PrivateDaemon.start(home);
        connect = new Connect(daemon.uri());
        hypervisor = new LibvirtHypervisor(daemon.uri(), 4, Duration.ofSeconds(60));
    }

    @BeforeEach
    void startDomain() throws IOException, InterruptedException, LibvirtException {
        run("qemu-img", "create", "-q", "-f", "qcow2", home.resolve("a.qcow2").toString(), "16M");
        run("qemu-img", "create", "-q", "-f", "raw", home.resolve("b.raw").toString(), "8M");
        handle = connect.domainDefineXML(domainXml());
        handle.create(START_PAUSED);
    }

    @AfterEach
    void removeDomain() throws LibvirtException {
        if (handle.isActive() == 1) {
            handle.destroy();
        }
        for (String checkpoint : handle.checkpointListNames()) {
            handle.checkpointLookupByName(checkpoint).delete(2);
        }
        handle.undefine();
    }

    @AfterAll
    void stopDaemon() throws LibvirtException {
        if (daemon != null) {
            hypervisor.close();
            connect.close();
            daemon.close();
        }
    }

    @Test
    void inventoryShowsBothDisksAndWhyOneCannotBeTracked() {
        var view = hypervisor.domains().getFirst();

        assertThat(view.uuid()).isEqualTo(DOMAIN);
        assertThat(view.state()).isEqualTo(VmState.PAUSED);
        assertThat(view.disks()).extracting("target").containsExactly("vda", "vdb");
        assertThat(view.disks().getFirst().serial()).contains("SER-A");
        assertThat(view.disks().getFirst().virtualSizeBytes()).hasValue(16 << 20);
        assertThat(view.disks().getFirst().imageIdentity()).isPresent();
        assertThat(view.disks().getFirst().isTrackable()).isTrue();
        assertThat(view.disks().getLast().untrackable()).contains(Reason.TRACKING_UNSUPPORTED);
    }

    @Test
    void fullBackupListensBearsOurMarkAndEndsTwice() {
        var order = order(nextPoint(), Optional.empty());

        hypervisor.beginBackup(DOMAIN, order);

        assertThat(order.nbdSocket()).exists();
        assertThat(hypervisor.runningJob(DOMAIN)).isEqualTo(new DomainJob.OurBackup(order.point()));
        assertThat(hypervisor.jobStatistics(DOMAIN).scratchTotalBytes()).isPositive();
        assertThatThrownBy(() -> hypervisor.beginBackup(DOMAIN, order(nextPoint(), Optional.empty())))
                .isInstanceOf(DomainBusy.class);
        hypervisor.abortBackup(DOMAIN);
        hypervisor.abortBackup(DOMAIN);
        assertThat(hypervisor.runningJob(DOMAIN)).isEqualTo(new DomainJob.None());
        assertThat(order.nbdSocket()).doesNotExist();
        assertThat(hypervisor.checkpoints(DOMAIN)).containsExactly(BackupOrder.checkpointName(order.point()));
    }

    @Test
    void incrementCoversWhatWasWrittenSinceTheCheckpoint() throws LibvirtException, IOException, InterruptedException {
        String checkpoint = finishedFull();
        writeAsGuest();

        var increment = order(nextPoint(), Optional.of(checkpoint));
        hypervisor.beginBackup(DOMAIN, increment);

        assertThat(dirtyExtents(increment)).contains("196608");
        hypervisor.abortBackup(DOMAIN);
        assertThat(hypervisor.checkpoints(DOMAIN)).hasSize(2);
    }

    @Test
    void bitmapOfACheckpointRecordsOnTheQcow2DiskOnly() {
        String checkpoint = finishedFull();

        Map<String, BitmapState> states = hypervisor.bitmapStates(DOMAIN, checkpoint);

        assertThat(states).isEqualTo(Map.of("vda", BitmapState.RECORDING, "vdb", BitmapState.MISSING));
    }

    @Test
    void deletedCheckpointIsGoneAndMayBeDeletedAgain() {
        String checkpoint = finishedFull();

        hypervisor.deleteCheckpoint(DOMAIN, checkpoint);
        hypervisor.deleteCheckpoint(DOMAIN, checkpoint);

        assertThat(hypervisor.checkpoints(DOMAIN)).isEmpty();
        assertThat(hypervisor.bitmapStates(DOMAIN, checkpoint)).containsEntry("vda", BitmapState.MISSING);
    }

    @Test
    void incrementFromACheckpointWithoutItsBitmapIsBrokenAndItsMetadataCanGo() throws LibvirtException {
        String checkpoint = finishedFull();
        removeBitmapBehindLibvirt(checkpoint);

        var increment = order(nextPoint(), Optional.of(checkpoint));

        assertThatThrownBy(() -> hypervisor.beginBackup(DOMAIN, increment)).isInstanceOf(CheckpointBroken.class);
        hypervisor.deleteCheckpoint(DOMAIN, checkpoint);
        assertThat(hypervisor.checkpoints(DOMAIN)).doesNotContain(checkpoint);
    }

    @Test
    void killedQemuLeavesAnInconsistentBitmap() throws LibvirtException, IOException, InterruptedException {
        String checkpoint = finishedFull();
        handle.destroy(); // only a clean end writes a new bitmap into the image
        handle.create(START_PAUSED);
        killQemu();
        handle.create(START_PAUSED);

        assertThat(hypervisor.bitmapStates(DOMAIN, checkpoint)).containsEntry("vda", BitmapState.INCONSISTENT);

        var increment = order(nextPoint(), Optional.of(checkpoint));
        assertThatThrownBy(() -> hypervisor.beginBackup(DOMAIN, increment)).isInstanceOf(CheckpointBroken.class);
    }

    @Test
    void guestWithoutAgentAnswersFreezeWithAgentAbsent() {
        assertThat(hypervisor.freeze(DOMAIN)).isInstanceOf(DomainFreeze.AgentAbsent.class);
    }

    @Test
    void pausedGuestIsResumedOnceAndARunningOneIsLeft() {
        hypervisor.resume(DOMAIN);
        hypervisor.resume(DOMAIN);

        assertThat(hypervisor.domain(DOMAIN).state()).isEqualTo(VmState.RUNNING);
    }

    @Test
    void unknownDomainIsNamed() {
        var unknown = DomainUuid.of("6a1f0f2e-0000-4000-8000-00000000dead");

        assertThatThrownBy(() -> hypervisor.domain(unknown))
                .isInstanceOf(NoSuchDomain.class)
                .hasMessageContaining(unknown.toString());
    }

    @Test
    void domainThatIsOffRefusesABackup() throws LibvirtException {
        handle.destroy();

        assertThatThrownBy(() -> hypervisor.beginBackup(DOMAIN, order(nextPoint(), Optional.empty())))
                .isInstanceOf(DomainOff.class);
        assertThat(hypervisor.runningJob(DOMAIN)).isEqualTo(new DomainJob.None());
    }

    @Test
    void unreachableLibvirtIsUnavailable() {
        try (var nowhere = new LibvirtHypervisor(
                "qemu+unix:///system?socket=" + home.resolve("nowhere"), 1, Duration.ofSeconds(20))) {
            assertThatThrownBy(nowhere::domains).isInstanceOf(HypervisorUnavailable.class);
        }
    }

    private String finishedFull() {
        var order = order(nextPoint(), Optional.empty());
        hypervisor.beginBackup(DOMAIN, order);
        hypervisor.abortBackup(DOMAIN);
        return BackupOrder.checkpointName(order.point());
    }

    private RestorePointId nextPoint() {
        return new RestorePointId(new UUID(0x4000, ++lastPoint));
    }

    private BackupOrder order(RestorePointId point, Optional<String> from) {
        return new BackupOrder(
                point,
                List.of(new DiskOrder("vda", from, true), new DiskOrder("vdb", Optional.empty(), false)),
                home.resolve("nbd.sock"),
                home);
    }

    private void writeAsGuest() throws LibvirtException {
        String device = "/machine/peripheral/virtio-disk0/virtio-backend";
        handle.qemuMonitorCommand("qemu-io -d " + device + " \"write -P 0x5a 1M 192k\"", 1);
    }

    private String dirtyExtents(BackupOrder order) throws IOException, InterruptedException {
        return run("qemu-img", "map", "--output=json", "--image-opts",
                "driver=nbd,server.type=unix,server.path=" + order.nbdSocket()
                        + ",export=vda,x-dirty-bitmap=qemu:dirty-bitmap:backup-vda");
    }

    /// libvirt numbers the nodes of a domain's disks downwards: the first of two disks is 2.
    private void removeBitmapBehindLibvirt(String checkpoint) throws LibvirtException {
        handle.qemuMonitorCommand("""
                {"execute":"block-dirty-bitmap-remove","arguments":{"node":"libvirt-2-format","name":"%s"}}
                """.formatted(checkpoint), 0);
    }

    private void killQemu() throws LibvirtException, IOException, InterruptedException {
        long pid = Long.parseLong(
                Files.readString(home.resolve("libvirtrun/qemu/tidemark-it.pid")).strip());
        ProcessHandle.of(pid).orElseThrow().destroyForcibly();
        for (int poll = 0; poll < 200 && handle.isActive() == 1; poll++) {
            run("sleep", "0.05");
        }
    }

    private String domainXml() {
        return """
                <domain type='qemu'><name>tidemark-it</name><uuid>%s</uuid>
                <memory unit='MiB'>32</memory><vcpu>1</vcpu>
                <os><type arch='x86_64' machine='q35'>hvm</type></os>
                <devices><emulator>/usr/bin/qemu-system-x86_64</emulator>
                <disk type='file' device='disk'><driver name='qemu' type='qcow2'/><source file='%s'/>
                <target dev='vda' bus='virtio'/><serial>SER-A</serial></disk>
                <disk type='file' device='disk'><driver name='qemu' type='raw'/><source file='%s'/>
                <target dev='vdb' bus='virtio'/></disk>
                <controller type='usb' model='none'/><memballoon model='none'/></devices></domain>
                """.formatted(DOMAIN, home.resolve("a.qcow2"), home.resolve("b.raw"));
    }

    private static String run(String... command) throws IOException, InterruptedException {
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(output).isZero();
        return output;
    }
}
