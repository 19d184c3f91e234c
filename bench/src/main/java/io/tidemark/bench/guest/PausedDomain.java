package io.tidemark.bench.guest;

import io.tidemark.demo.PrivateLibvirtd;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/// A domain without an operating system, started paused, with one disk `vda` in qcow2 and a second monitor. Nothing
/// of it runs but QEMU's block layer, so that nothing but a backup is a load on it.
final class PausedDomain implements AutoCloseable {
    static final String DISK = "vda";
    /// Whose block graph a guest's writes to the disk go through. libvirt's name of the first disk on virtio.
    static final String DEVICE = "/machine/peripheral/virtio-disk0/virtio-backend";

    private final PrivateLibvirtd libvirtd;
    private final String name;
    private final JobWatch jobs = new JobWatch();
    private final Monitor monitor;

    private PausedDomain(PrivateLibvirtd libvirtd, String name, Path socket) throws IOException {
        this.libvirtd = libvirtd;
        this.name = name;
        this.monitor = Monitor.connect(socket, jobs::see);
    }

    /// Defines it and starts it.
    static PausedDomain start(PrivateLibvirtd libvirtd, String name, Path image) throws IOException {
        Path socket = libvirtd.folder().resolve(name + ".qmp");
        Path xml = libvirtd.folder().resolve(name + ".xml");
        UUID uuid = UUID.nameUUIDFromBytes(image.toString().getBytes(StandardCharsets.UTF_8));
        libvirtd.virsh(
                "define",
                Files.writeString(xml, """
                <domain type='qemu' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>
                <name>%s</name><uuid>%s</uuid>
                <memory unit='MiB'>16</memory><vcpu>1</vcpu>
                <os><type arch='x86_64' machine='q35'>hvm</type></os>
                <devices><emulator>/usr/bin/qemu-system-x86_64</emulator>
                <disk type='file' device='disk'><driver name='qemu' type='qcow2'/><source file='%s'/>
                <target dev='%s' bus='virtio'/></disk>
                <controller type='usb' model='none'/><memballoon model='none'/></devices>
                <qemu:commandline>
                <qemu:arg value='-chardev'/><qemu:arg value='socket,id=bench,path=%s,server=on,wait=off'/>
                <qemu:arg value='-mon'/><qemu:arg value='chardev=bench,mode=control'/>
                </qemu:commandline></domain>
                """.formatted(name, uuid, image, DISK, socket))
                        .toString());
        libvirtd.virsh("start", "--paused", name);
        return new PausedDomain(libvirtd, name, socket);
    }

    String name() {
        return name;
    }

    Monitor monitor() {
        return monitor;
    }

    /// Is told of the monitor's events.
    JobWatch jobs() {
        return jobs;
    }

    /// QEMU's standard output, where qemu-io says how long a write took.
    Path log() {
        return libvirtd.folder().resolve("log/qemu/" + name + ".log");
    }

    /// Writes a file's content at an offset, and says nothing of it in the log.
    void write(Path content, long offset, long bytes) throws IOException {
        monitor.human("qemu-io -d " + DEVICE + " \"write -q -s " + content + " " + offset + " " + bytes + "\"");
    }

    @Override
    public void close() throws IOException {
        monitor.close();
        libvirtd.virsh("destroy", name);
    }
}
