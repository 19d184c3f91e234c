package io.tidemark.agent.libvirt;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.agent.backup.BackupOrder;
import io.tidemark.agent.backup.BackupOrder.DiskOrder;
import io.tidemark.agent.snapshot.Volume;
import io.tidemark.demo.PrivateLibvirtd;
import io.tidemark.schemas.id.DomainUuid;
import io.tidemark.schemas.id.RestorePointId;
import io.tidemark.schemas.id.SnapshotName;
import io.tidemark.schemas.vocabulary.ImageFormat;
import io.tidemark.schemas.vocabulary.SnapshotMechanism;
import io.tidemark.schemas.vocabulary.SnapshotMember;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.libvirt.Connect;
import org.libvirt.Domain;
import org.libvirt.LibvirtException;

/// A private libvirtd with a paused domain of two qcow2 disks and no operating system, to take snapshots of.
final class SnapshotDomain implements AutoCloseable {
    static final DomainUuid UUID_OF_IT = DomainUuid.of("6a1f0f2e-0000-4000-8000-0000000000c5");
    static final String NAME = "snapped";
    private static final int START_PAUSED = 1;
    private static final int METADATA_ONLY = 2;

    final Path home;
    PrivateLibvirtd daemon;
    LibvirtHypervisor hypervisor;
    LibvirtSnapshots snapshots;
    Domain handle;
    private Connect connect;

    SnapshotDomain() throws IOException, LibvirtException {
        this(Files.createTempDirectory("tm-snap"));
    }

    /// @param home an empty folder, for all that it makes
    SnapshotDomain(Path home) throws IOException, LibvirtException {
        this.home = home;
        open();
        handle = connect.domainDefineXML(xml("qcow2"));
    }

    private void open() throws IOException, LibvirtException {
        daemon = PrivateLibvirtd.start(home);
        connect = new Connect(daemon.uri());
        hypervisor = new LibvirtHypervisor(daemon.uri(), 4, Duration.ofSeconds(60));
        snapshots = new LibvirtSnapshots(daemon.uri(), 4, Duration.ofSeconds(60));
    }

    /// New images, and the domain started on them.
    void start() throws Exception {
        for (String disk : List.of("a", "b")) {
            run("qemu-img", "create", "-q", "-f", "qcow2", image(disk).toString(), "16M");
        }
        handle = connect.domainDefineXML(xml("qcow2"));
        handle.create(START_PAUSED);
    }

    /// The same with both images in raw.
    void startRaw() throws Exception {
        for (String disk : List.of("a", "b")) {
            run("qemu-img", "create", "-q", "-f", "raw", image(disk).toString(), "16M");
        }
        handle = connect.domainDefineXML(xml("raw", "raw"));
        handle.create(START_PAUSED);
    }

    void startAgain() throws LibvirtException {
        handle.create(START_PAUSED);
    }

    void remove() throws Exception {
        for (Domain domain : connect.listAllDomains(0)) {
            if (domain.isActive() == 1) {
                domain.destroy();
            }
            for (String checkpoint : domain.checkpointListNames()) {
                domain.checkpointLookupByName(checkpoint).delete(METADATA_ONLY);
            }
            for (String snapshot : domain.snapshotListNames()) {
                domain.snapshotLookupByName(snapshot).delete(METADATA_ONLY);
            }
            domain.undefine();
        }
        try (var files = Files.list(home)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (file.getFileName().toString().matches("[ab]\\..*|other.*|scratch.*")) {
                    Files.delete(file);
                }
            }
        }
    }

    Path image(String disk) {
        return home.resolve(disk + ".qcow2");
    }

    /// Where the disk's overlay of that name lies.
    Path overlay(String disk, String name) {
        return home.resolve(disk + ".qcow2." + name + ".qcow2");
    }

    Volume volume(String target) throws LibvirtException {
        DomainXml.Disk disk = DiskChain.of(handle, target).disk();
        return new Volume(
                target,
                Path.of(disk.source().orElseThrow()),
                ImageFormat.valueOf(disk.format().toUpperCase(Locale.ROOT)),
                true);
    }

    /// Of both disks.
    List<SnapshotMember> planned(SnapshotMechanism mechanism, String name) throws LibvirtException {
        return List.of(planned("vda", mechanism, name), planned("vdb", mechanism, name));
    }

    SnapshotMember planned(String target, SnapshotMechanism mechanism, String name) throws LibvirtException {
        return snapshots.plan(UUID_OF_IT, volume(target), mechanism, new SnapshotName(name));
    }

    /// Plans and takes of both disks.
    List<SnapshotMember> taken(SnapshotMechanism mechanism, String name) throws LibvirtException {
        List<SnapshotMember> members = planned(mechanism, name);
        snapshots.take(UUID_OF_IT, new SnapshotName(name), members, false);
        return members;
    }

    void delete(List<SnapshotMember> members) {
        snapshots.delete(UUID_OF_IT, new SnapshotName(members.getFirst().storageName()), members, false);
    }

    /// To disk vda.
    void write(int pattern, String offset, String length) throws LibvirtException {
        write(0, pattern, offset, length);
    }

    /// To disk vda or vdb.
    void write(int disk, int pattern, String offset, String length) throws LibvirtException {
        String device = "/machine/peripheral/virtio-disk" + disk + "/virtio-backend";
        handle.qemuMonitorCommand(
                "qemu-io -d " + device + " \"write -P " + pattern + " " + offset + " " + length + "\"", 1);
        handle.qemuMonitorCommand("qemu-io -d " + device + " flush", 1);
    }

    /// Whether the image has the pattern there, as the guest would see it with that image on top. QEMU must not
    /// have it open.
    boolean has(Path image, int pattern, String offset, String length) throws IOException, InterruptedException {
        return has("qcow2", image.toString(), pattern, offset + " " + length);
    }

    /// The same of any format, and of what QEMU exports.
    static boolean has(String format, String image, int pattern, String extent)
            throws IOException, InterruptedException {
        String said = run("qemu-io", "-r", "-f", format, "-c", "read -P " + pattern + " " + extent, image);
        return !said.contains("Pattern verification failed");
    }

    /// A full backup that has ended; answers its checkpoint.
    String fullBackup() {
        BackupOrder order = order(Optional.empty());
        hypervisor.beginBackup(UUID_OF_IT, order);
        hypervisor.abortBackup(UUID_OF_IT, order.point());
        return BackupOrder.checkpointName(order.point());
    }

    BackupOrder order(Optional<String> from) {
        var point = new RestorePointId(UUID.randomUUID());
        return new BackupOrder(
                point,
                List.of(new DiskOrder("vda", from, true), new DiskOrder("vdb", from, true)),
                home.resolve("nbd.sock"),
                home);
    }

    /// Where an increment from the checkpoint would read disk vda: the first bytes of runs that are dirty, in MiB.
    List<Long> incrementReadsMiB(String checkpoint) throws IOException, InterruptedException {
        BackupOrder order = order(Optional.of(checkpoint));
        hypervisor.beginBackup(UUID_OF_IT, order);
        try {
            String map = run(
                    "qemu-img",
                    "map",
                    "--output=json",
                    "--image-opts",
                    "driver=nbd,server.type=unix,server.path=" + order.nbdSocket()
                            + ",export=vda,x-dirty-bitmap=qemu:dirty-bitmap:backup-vda");
            return map.lines()
                    .filter(line -> line.contains("\"data\": false"))
                    .map(line -> Long.parseLong(line.replaceAll(".*\"start\": (\\d+),.*", "$1")) >> 20)
                    .toList();
        } finally {
            hypervisor.abortBackup(UUID_OF_IT, order.point());
            hypervisor.deleteCheckpoint(UUID_OF_IT, BackupOrder.checkpointName(order.point()));
        }
    }

    /// The source of vda in the definition that the next start takes.
    Path defined() throws LibvirtException {
        return DomainXml.disks(NAME, handle.getXMLDesc(2))
                .getFirst()
                .source()
                .map(Path::of)
                .orElseThrow();
    }

    /// libvirtd dies and comes back; its guests live on.
    void killLibvirtd() throws Exception {
        ProcessHandle process = ProcessHandle.of(daemon.pid()).orElseThrow();
        process.destroyForcibly();
        process.onExit().get(10, TimeUnit.SECONDS);
        snapshots.close();
        hypervisor.close();
        open();
        handle = connect.domainLookupByName(NAME);
    }

    void killQemu() throws Exception {
        ProcessHandle qemu = ProcessHandle.of(Long.parseLong(Files.readString(home.resolve("run/qemu/" + NAME + ".pid"))
                        .strip()))
                .orElseThrow();
        qemu.destroyForcibly();
        qemu.onExit().get(10, TimeUnit.SECONDS);
        for (int poll = 0; poll < 200 && handle.isActive() == 1; poll++) {
            run("sleep", "0.05");
        }
    }

    String xml(String formatOfB) {
        return xml("qcow2", formatOfB);
    }

    private String xml(String formatOfA, String formatOfB) {
        return """
                <domain type='qemu'><name>%s</name><uuid>%s</uuid>
                <memory unit='MiB'>32</memory><vcpu>1</vcpu>
                <os><type arch='x86_64' machine='q35'>hvm</type></os>
                <devices><emulator>/usr/bin/qemu-system-x86_64</emulator>
                <disk type='file' device='disk'><driver name='qemu' type='%s'/><source file='%s'/>
                <target dev='vda' bus='virtio'/></disk>
                <disk type='file' device='disk'><driver name='qemu' type='%s'/><source file='%s'/>
                <target dev='vdb' bus='virtio'/></disk>
                <graphics type='vnc' passwd='secret'><listen type='none'/></graphics>
                <controller type='usb' model='none'/><memballoon model='none'/></devices></domain>
                """.formatted(NAME, UUID_OF_IT, formatOfA, image("a"), formatOfB, image("b"));
    }

    Connect connect() {
        return connect;
    }

    @Override
    public void close() throws LibvirtException {
        snapshots.close();
        hypervisor.close();
        connect.close();
        daemon.close();
    }

    static String run(String... command) throws IOException, InterruptedException {
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(output).isIn(0, 1);
        return output;
    }
}
