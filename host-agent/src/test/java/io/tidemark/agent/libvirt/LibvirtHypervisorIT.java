package io.tidemark.agent.libvirt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.tidemark.agent.backup.BackupOrder;
import io.tidemark.agent.backup.BitmapView;
import io.tidemark.agent.backup.DiskSource;
import io.tidemark.agent.backup.DomainDisk;
import io.tidemark.agent.backup.DomainJob;
import io.tidemark.agent.backup.Hypervisor;
import io.tidemark.agent.backup.HypervisorContract;
import io.tidemark.agent.backup.HypervisorException;
import io.tidemark.agent.backup.HypervisorException.CheckpointBroken;
import io.tidemark.agent.backup.HypervisorException.DomainBusy;
import io.tidemark.agent.backup.HypervisorException.HypervisorUnavailable;
import io.tidemark.agent.backup.nbd.NbdDiskSources;
import io.tidemark.demo.PrivateLibvirtd;
import io.tidemark.schemas.vocabulary.BitmapState;
import io.tidemark.schemas.vocabulary.VmState;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.libvirt.Connect;
import org.libvirt.Domain;
import org.libvirt.LibvirtException;

/// The adapter keeps the contract against a real libvirtd and a QEMU without an operating system. The tests of its
/// own are about what only the real thing has: images, sockets, and processes that are killed.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LibvirtHypervisorIT implements HypervisorContract {
    private static final int START_PAUSED = 1;
    private static final int METADATA_ONLY = 2;
    /// `VIR_DOMAIN_SNAPSHOT_CREATE_NO_METADATA` and `VIR_DOMAIN_SNAPSHOT_CREATE_DISK_ONLY`.
    private static final int SNAPSHOT_DISK_ONLY_WITHOUT_METADATA = 4 | 16;
    private static final int BACKUPS_BESIDE_LISTINGS = 40;

    private final Semaphore changes = new Semaphore(0);
    private Path home;
    private PrivateLibvirtd daemon;
    private Connect connect;
    private Domain handle;
    private LibvirtHypervisor hypervisor;
    /// Whether the last test left the domain as it found it: a start of QEMU costs a second or two.
    private boolean isReusable;

    @BeforeAll
    void startDaemon() throws IOException, InterruptedException, LibvirtException {
        assumeThat(PrivateLibvirtd.missingHere()).isEmpty();
        home = Files.createTempDirectory("tm-virt");
        daemon = PrivateLibvirtd.start(home);
        connect = new Connect(daemon.uri());
        hypervisor = new LibvirtHypervisor(daemon.uri(), 4, Duration.ofSeconds(60));
        hypervisor.onChange(changes::release);
        handle = started();
        isReusable = true;
    }

    @BeforeEach
    void startDomain() throws IOException, InterruptedException, LibvirtException {
        if (!isReusable) {
            handle = started();
        }
    }

    private Domain started() throws IOException, InterruptedException, LibvirtException {
        run("qemu-img", "create", "-q", "-f", "qcow2", home.resolve("a.qcow2").toString(), "16M");
        run("qemu-img", "create", "-q", "-f", "raw", home.resolve("b.raw").toString(), "8M");
        Domain defined = connect.domainDefineXML(domainXml());
        defined.create(START_PAUSED);
        return defined;
    }

    @AfterEach
    void removeDomains() throws LibvirtException {
        isReusable = isCleaned();
        for (Domain domain : connect.listAllDomains(0)) {
            if (!isReusable || !domain.getUUIDString().equals(DOMAIN.toString())) {
                remove(domain);
            }
        }
    }

    /// A job is not worth the wait for its end; what fails is not clean.
    private boolean isCleaned() {
        try {
            if (handle.isActive() == 0 || !hypervisor.runningJob(DOMAIN).equals(new DomainJob.None())) {
                return false;
            }
            for (String checkpoint : handle.checkpointListNames()) {
                handle.checkpointLookupByName(checkpoint).delete(0);
            }
            if (hypervisor.domain(DOMAIN).state() == VmState.RUNNING) {
                handle.suspend();
            }
            return true;
        } catch (LibvirtException | HypervisorException broken) {
            return false;
        }
    }

    private static void remove(Domain domain) throws LibvirtException {
        if (domain.isActive() == 1) {
            domain.destroy();
        }
        for (String checkpoint : domain.checkpointListNames()) {
            domain.checkpointLookupByName(checkpoint).delete(METADATA_ONLY);
        }
        domain.undefine();
    }

    @AfterAll
    void stopDaemon() throws LibvirtException {
        if (daemon != null) {
            if (isReusable) {
                remove(handle);
            }
            hypervisor.close();
            connect.close();
            daemon.close();
        }
    }

    @Override
    public Hypervisor hypervisor() {
        return hypervisor;
    }

    @Override
    public Semaphore changes() {
        return changes;
    }

    @Override
    public Path folder() {
        return home;
    }

    /// QEMU counts what `qemu-io` writes only if it does not wait for it.
    @Override
    public void guestWrites() throws LibvirtException {
        String device = "/machine/peripheral/virtio-disk0/virtio-backend";
        handle.qemuMonitorCommand("qemu-io -d " + device + " \"aio_write 0 4k\"", 1);
        handle.qemuMonitorCommand("qemu-io -d " + device + " aio_flush", 1);
    }

    @Override
    public void turnOff() throws LibvirtException {
        handle.destroy();
    }

    @Override
    public void beginForeignBackup() throws LibvirtException {
        handle.backupBegin("""
                <domainbackup mode='pull'><server transport='unix' socket='%s'/><disks>
                <disk name='vda' backup='yes' type='file'><scratch file='%s'/></disk>
                <disk name='vdb' backup='no'/></disks></domainbackup>
                """.formatted(home.resolve("other.sock"), home.resolve("other-vda")), null, 0);
    }

    /// libvirt numbers the nodes of a domain's disks downwards: the first of two disks is 2.
    @Override
    public void removeBitmap(String checkpoint) throws LibvirtException {
        handle.qemuMonitorCommand("""
                {"execute":"block-dirty-bitmap-remove","arguments":{"node":"libvirt-2-format","name":"%s"}}
                """.formatted(checkpoint), 0);
    }

    @Test
    void inventoryShowsSerialSizeAndImage() {
        DomainDisk disk = hypervisor.domain(DOMAIN).disks().getFirst();

        assertThat(disk.serial()).contains("SER-A");
        assertThat(disk.bus()).isEqualTo("virtio");
        assertThat(disk.virtualSizeBytes()).hasValue(16 << 20);
        assertThat(disk.imageIdentity()).isPresent();
    }

    /// I3: nobody's bitmap tells of what happens to an image below the top one.
    @Test
    void anImageBelowThatIsReplacedOrWrittenWhileOffIsAnother() throws Exception {
        handle.destroy();
        Path base = home.resolve("base.qcow2");
        Path top = home.resolve("a.qcow2");
        run("qemu-img", "create", "-q", "-f", "qcow2", base.toString(), "16M");
        run("qemu-img", "create", "-q", "-f", "qcow2", "-F", "qcow2", "-b", base.toString(), top.toString());
        String first = identityOnceStarted();

        assertThat(identityOnceStarted()).as("nothing was done to it").isEqualTo(first);
        Files.move(Files.copy(base, home.resolve("copy")), base, StandardCopyOption.REPLACE_EXISTING);
        String replaced = identityOnceStarted();
        assertThat(replaced).isNotEqualTo(first);
        run("qemu-io", "-f", "qcow2", "-c", "write -P 1 0 64k", base.toString());
        assertThat(identityOnceStarted()).isNotIn(first, replaced);
    }

    /// Leaves the domain off.
    private String identityOnceStarted() throws LibvirtException {
        handle.create(START_PAUSED);
        try {
            return hypervisor.domain(DOMAIN).disks().getFirst().imageIdentity().orElseThrow();
        } finally {
            handle.destroy();
        }
    }

    @Test
    void theSocketListensAsLongAsTheJob() {
        BackupOrder order = full();

        hypervisor.beginBackup(DOMAIN, order);

        assertThat(order.nbdSocket()).exists();
        hypervisor.abortBackup(DOMAIN, order.point());
        assertThat(order.nbdSocket()).doesNotExist();
    }

    /// libvirt would call what is collected by then, and end the agent.
    @Test
    void aConnectionThatIsClosedTellsNothing() throws Exception {
        var told = new Semaphore(0);
        var other = new LibvirtHypervisor(daemon.uri(), 4, Duration.ofSeconds(60));
        other.onChange(told::release);
        other.connect();
        handle.resume();
        assertThat(told.tryAcquire(2, 10, TimeUnit.SECONDS))
                .as("its opening and the change")
                .isTrue();
        other.close();
        changes.drainPermits();
        told.drainPermits();

        handle.suspend();

        assertThat(changes.tryAcquire(10, TimeUnit.SECONDS))
                .as("the other one is told")
                .isTrue();
        assertThat(told.tryAcquire(500, TimeUnit.MILLISECONDS)).isFalse();
    }

    /// QEMU 7.2 ends if its block nodes are listed while it makes a scratch image: 30 backups are enough without
    /// ours.
    @Test
    void whoeverListsBlockNodesAsABackupBeginsDoesNotEndTheGuest() throws Exception {
        var isOver = new AtomicBoolean();
        try (var others = Executors.newVirtualThreadPerTaskExecutor();
                AutoCloseable _ = () -> isOver.set(true)) {
            var listings = others.submit(() -> listBlockNodes(isOver));
            for (int backup = 0; backup < BACKUPS_BESIDE_LISTINGS; backup++) {
                BackupOrder order = full();
                hypervisor.makeScratch(DOMAIN, order);
                hypervisor.beginBackup(DOMAIN, order);
                hypervisor.abortBackup(DOMAIN, order.point());
                hypervisor.deleteCheckpoint(DOMAIN, BackupOrder.checkpointName(order.point()));
            }
            isOver.set(true);

            assertThat(listings.get(10, TimeUnit.SECONDS)).as("listings").isGreaterThan(BACKUPS_BESIDE_LISTINGS);
        }
        assertThat(hypervisor.domain(DOMAIN).state()).isEqualTo(VmState.PAUSED);
    }

    /// As where libvirtd sees another file system than the agent does.
    @Test
    void scratchThatLibvirtDoesNotTakeIsMadeByLibvirt() throws IOException {
        BackupOrder order = full();
        Files.writeString(order.scratch("vda"), "not an image");
        Files.writeString(order.scratch("vdb"), "not an image");

        hypervisor.beginBackup(DOMAIN, order);

        assertThat(hypervisor.runningJob(DOMAIN)).isEqualTo(new DomainJob.OurBackup(order.point()));
        assertThat(hypervisor.checkpoints(DOMAIN)).containsExactly(BackupOrder.checkpointName(order.point()));
    }

    private int listBlockNodes(AtomicBoolean isOver) throws LibvirtException {
        Connect other = new Connect(daemon.uri());
        try {
            Domain domain = other.domainLookupByName(NAME);
            int count = 0;
            for (; !isOver.get(); count++) {
                domain.blockInfo("vda");
            }
            return count;
        } finally {
            other.close();
        }
    }

    @Test
    void incrementCoversWhatWasWrittenSinceTheCheckpoint() throws LibvirtException, IOException, InterruptedException {
        String checkpoint = finishedFull();
        writeAsGuest();

        BackupOrder increment = increment(checkpoint);
        hypervisor.beginBackup(DOMAIN, increment);

        assertThat(dirtyExtents(increment)).contains("196608");
        hypervisor.abortBackup(DOMAIN, increment.point());
        assertThat(hypervisor.checkpoints(DOMAIN)).hasSize(2);
    }

    @Test
    void killedQemuLeavesAnInconsistentBitmap() throws LibvirtException, IOException, InterruptedException {
        String checkpoint = finishedFull();
        handle.destroy(); // only a clean end writes a new bitmap into the image
        handle.create(START_PAUSED);
        killQemu();
        handle.create(START_PAUSED);

        assertThat(hypervisor.bitmapStates(DOMAIN, checkpoint)).containsEntry("vda", BitmapState.INCONSISTENT);

        BackupOrder increment = increment(checkpoint);
        assertThatThrownBy(() -> hypervisor.beginBackup(DOMAIN, increment)).isInstanceOf(CheckpointBroken.class);
    }

    /// libvirt gives the new image a bitmap of the same name.
    @Test
    void aSnapshotOfLibvirtLeavesNoGap() throws LibvirtException {
        String checkpoint = finishedFull();
        writeAsGuest();
        handle.snapshotCreateXML(
                "<domainsnapshot><disks><disk name='vdb' snapshot='no'/></disks></domainsnapshot>",
                SNAPSHOT_DISK_ONLY_WITHOUT_METADATA);

        assertThat(bitmap(checkpoint)).isEqualTo(new BitmapView(BitmapState.RECORDING, 65_536, OptionalLong.empty()));
        writeAsGuest(1 << 20, 64 << 10); // once more
        writeAsGuest(4 << 20, 64 << 10);
        handle.destroy();
        assertThat(bitmap(checkpoint))
                .as("in the images")
                .extracting(BitmapView::state)
                .isEqualTo(BitmapState.RECORDING);
        assertThat(counted(checkpoint))
                .as("of both images together")
                .isEqualTo(new BitmapView(BitmapState.RECORDING, 65_536, OptionalLong.of((192 + 64) << 10)));
    }

    /// The question of a domain that is off: as much as its next increment would read.
    @Test
    void whatWasWrittenIsCountedOnceTheDomainIsOff() throws Exception {
        String checkpoint = finishedFull();
        writeAsGuest();
        writeAsGuest((16 << 20) - 512, 512); // the last granule
        BitmapView running = counted(checkpoint);
        handle.destroy();

        assertThat(running.dirtyBytes()).hasValue((192 + 64) << 10);
        assertThat(counted(checkpoint)).isEqualTo(running);
        assertThat(servedDirtyBytes(checkpoint)).isEqualTo((192 + 64) << 10);
    }

    /// As a backup of the domain reads it.
    private long servedDirtyBytes(String checkpoint) throws Exception {
        Path socket = home.resolve("rest.sock");
        DomainDisk disk = hypervisor.domain(DOMAIN).disks().getFirst();
        try (DiskSource source =
                new NbdDiskSources(Duration.ofSeconds(20)).openAtRest(disk, socket, Optional.of(checkpoint))) {
            return source.dirty().reportedBytes();
        }
    }

    /// What is not read by itself is asked of QEMU, which does not count.
    @Test
    void anImageThatIsMoreThanIsReadHereIsAskedOfQemu() throws Exception {
        String checkpoint = finishedFull();
        handle.destroy();
        Path image = home.resolve("a.qcow2");
        try (FileChannel file = FileChannel.open(image, StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.allocate(Long.BYTES).putLong(0, 2), 72); // corrupt, which QEMU opens to read
        }

        assertThat(counted(checkpoint)).isEqualTo(new BitmapView(BitmapState.RECORDING, 65_536, OptionalLong.empty()));
    }

    private BitmapView counted(String checkpoint) {
        return Objects.requireNonNull(
                Objects.requireNonNull(hypervisor.countedBitmaps(DOMAIN).get("vda"))
                        .get(checkpoint));
    }

    @Test
    void aSnapshotBesideLibvirtLeavesAGap() throws LibvirtException {
        String checkpoint = finishedFull();
        layBesideLibvirt();

        assertThat(bitmap(checkpoint).state()).isEqualTo(BitmapState.GAP);
    }

    private void layBesideLibvirt() throws LibvirtException {
        handle.qemuMonitorCommand("""
                {"execute":"blockdev-snapshot-sync","arguments":{"node-name":"libvirt-2-format",
                "snapshot-node-name":"foreign","snapshot-file":"%s"}}""".formatted(home.resolve("foreign.qcow2")), 0);
    }

    /// libvirt would copy what the guest saw before the snapshot.
    @Test
    void aDiskOnAnImageThatLibvirtDoesNotKnowIsNotBackedUp() throws LibvirtException {
        layBesideLibvirt();
        writeAsGuest();
        BackupOrder order = full();

        assertThatThrownBy(() -> hypervisor.requireKnownImages(DOMAIN)).isInstanceOf(DomainBusy.class);
        assertThatThrownBy(() -> hypervisor.beginBackup(DOMAIN, order))
                .isInstanceOf(DomainBusy.class)
                .hasMessageContaining("disk vda")
                .hasMessageContaining("node foreign");
        assertThat(hypervisor.runningJob(DOMAIN)).isEqualTo(new DomainJob.None());
        assertThat(hypervisor.checkpoints(DOMAIN)).isEmpty();
        handle.destroy();
    }

    private BitmapView bitmap(String checkpoint) {
        return Objects.requireNonNull(
                Objects.requireNonNull(hypervisor.bitmaps(DOMAIN).get("vda")).get(checkpoint));
    }

    @Test
    void aBitmapThatIsDisabledDoesNotRecord() throws LibvirtException {
        String checkpoint = finishedFull();
        handle.qemuMonitorCommand("""
                {"execute":"block-dirty-bitmap-disable","arguments":{"node":"libvirt-2-format","name":"%s"}}
                """.formatted(checkpoint), 0);

        assertThat(bitmap(checkpoint).state()).isEqualTo(BitmapState.NOT_RECORDING);
    }

    @Test
    void unreachableLibvirtIsUnavailable() {
        try (var nowhere = new LibvirtHypervisor(
                "qemu+unix:///system?socket=" + home.resolve("nowhere"), 1, Duration.ofSeconds(20))) {
            assertThatThrownBy(nowhere::domains).isInstanceOf(HypervisorUnavailable.class);
        }
    }

    @Test
    void changesAreToldAgainOnceLibvirtIsBack() throws Exception {
        Path folder = Files.createTempDirectory("tm-again");
        var told = new Semaphore(0);
        PrivateLibvirtd first = PrivateLibvirtd.start(folder);
        try (var watching = new LibvirtHypervisor(first.uri(), 2, Duration.ofSeconds(20))) {
            watching.onChange(told::release);
            assertThat(watching.domains()).isEmpty();
            first.close();
            assertThatThrownBy(watching::domains).isInstanceOf(HypervisorUnavailable.class);
            told.drainPermits();
            try (PrivateLibvirtd second = PrivateLibvirtd.start(folder)) {
                assertThat(watching.domains()).isEmpty();
                assertThat(told.tryAcquire(10, TimeUnit.SECONDS)).as("back").isTrue();
                defineBeside(second);
                assertThat(told.tryAcquire(10, TimeUnit.SECONDS)).as("defined").isTrue();
            }
        }
    }

    private void defineBeside(PrivateLibvirtd other) throws LibvirtException {
        Connect connection = new Connect(other.uri());
        try {
            connection.domainDefineXML(domainXml());
        } finally {
            connection.close();
        }
    }

    private void writeAsGuest() throws LibvirtException {
        writeAsGuest(1 << 20, 192 << 10);
    }

    private void writeAsGuest(int offset, int length) throws LibvirtException {
        String device = "/machine/peripheral/virtio-disk0/virtio-backend";
        handle.qemuMonitorCommand("qemu-io -d " + device + " \"write -P 0x5a " + offset + " " + length + "\"", 1);
    }

    private String dirtyExtents(BackupOrder order) throws IOException, InterruptedException {
        return run(
                "qemu-img",
                "map",
                "--output=json",
                "--image-opts",
                "driver=nbd,server.type=unix,server.path=" + order.nbdSocket()
                        + ",export=vda,x-dirty-bitmap=qemu:dirty-bitmap:backup-vda");
    }

    private void killQemu() throws LibvirtException, IOException, InterruptedException {
        long pid = Long.parseLong(
                Files.readString(home.resolve("run/qemu/" + NAME + ".pid")).strip());
        ProcessHandle.of(pid).orElseThrow().destroyForcibly();
        for (int poll = 0; poll < 200 && handle.isActive() == 1; poll++) {
            run("sleep", "0.05");
        }
    }

    private String domainXml() {
        return """
                <domain type='qemu'><name>%s</name><uuid>%s</uuid>
                <memory unit='MiB'>32</memory><vcpu>1</vcpu>
                <os><type arch='x86_64' machine='q35'>hvm</type></os>
                <devices><emulator>/usr/bin/qemu-system-x86_64</emulator>
                <disk type='file' device='disk'><driver name='qemu' type='qcow2'/><source file='%s'/>
                <target dev='vda' bus='virtio'/><serial>SER-A</serial></disk>
                <disk type='file' device='disk'><driver name='qemu' type='raw'/><source file='%s'/>
                <target dev='vdb' bus='virtio'/></disk>
                <controller type='usb' model='none'/><memballoon model='none'/></devices></domain>
                """.formatted(NAME, DOMAIN, home.resolve("a.qcow2"), home.resolve("b.raw"));
    }

    private static String run(String... command) throws IOException, InterruptedException {
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(output).isZero();
        return output;
    }
}
