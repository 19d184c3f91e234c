package io.tidemark.bench;

import io.tidemark.agent.backup.BackupOrder;
import io.tidemark.agent.backup.BackupOrder.DiskOrder;
import io.tidemark.agent.libvirt.LibvirtHypervisor;
import io.tidemark.demo.PrivateLibvirtd;
import io.tidemark.schemas.id.DomainUuid;
import io.tidemark.schemas.id.RestorePointId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// A host with many domains without an operating system, each with four disks in qcow2 and a checkpoint of ours
/// with a bitmap on each. Some of them are started, paused.
final class ManyDomains implements AutoCloseable {
    static final List<String> DISKS = List.of("vda", "vdb", "vdc", "vdd");
    private static final int DISK_BYTES = 64 << 20;

    private final PrivateLibvirtd libvirtd;
    private final Path folder;
    private final List<String> running = new ArrayList<>();

    private ManyDomains(PrivateLibvirtd libvirtd, Path folder) {
        this.libvirtd = libvirtd;
        this.folder = folder;
    }

    /// @param count how many domains
    /// @param runningCount how many of them run
    static ManyDomains make(PrivateLibvirtd libvirtd, LibvirtHypervisor hypervisor, int count, int runningCount)
            throws IOException {
        var domains = new ManyDomains(
                libvirtd, Files.createDirectories(libvirtd.folder().resolve("many")));
        Path empty = domains.folder.resolve("empty.qcow2");
        libvirtd.runInside("qemu-img", "create", "-q", "-f", "qcow2", empty.toString(), Integer.toString(DISK_BYTES));
        try {
            for (int number = 0; number < count; number++) {
                domains.add(hypervisor, "many-" + number, empty);
            }
            for (int number = 0; number < runningCount; number++) {
                domains.start("many-" + number);
            }
            return domains;
        } catch (IOException | RuntimeException failed) {
            domains.close();
            throw failed;
        }
    }

    private void add(LibvirtHypervisor hypervisor, String name, Path empty) throws IOException {
        StringBuilder disks = new StringBuilder();
        List<DiskOrder> orders = new ArrayList<>();
        for (String target : DISKS) {
            Path image = folder.resolve(name + "-" + target + ".qcow2");
            Files.copy(empty, image);
            disks.append("""
                    <disk type='file' device='disk'><driver name='qemu' type='qcow2'/><source file='%s'/>
                    <target dev='%s' bus='virtio'/></disk>
                    """.formatted(image, target));
            orders.add(new DiskOrder(target, Optional.empty(), true));
        }
        UUID uuid = UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8));
        hypervisor.defineDomain("""
                <domain type='qemu'><name>%s</name><uuid>%s</uuid>
                <memory unit='MiB'>16</memory><vcpu>1</vcpu>
                <os><type arch='x86_64' machine='q35'>hvm</type></os>
                <devices><emulator>/usr/bin/qemu-system-x86_64</emulator>%s
                <controller type='usb' model='none'/><memballoon model='none'/></devices></domain>
                """.formatted(name, uuid, disks));
        Path unused = folder.resolve("unused");
        hypervisor.beginAtRest(
                new DomainUuid(uuid), new BackupOrder(new RestorePointId(uuid), orders, unused, unused), Instant.EPOCH);
    }

    private void start(String name) throws IOException {
        libvirtd.virsh("start", "--paused", name);
        running.add(name);
    }

    @Override
    public void close() throws IOException {
        for (String name : running) {
            libvirtd.virsh("destroy", name);
        }
    }
}
