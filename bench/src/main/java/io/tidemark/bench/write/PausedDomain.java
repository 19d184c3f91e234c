package io.tidemark.bench.write;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidemark.demo.PrivateLibvirtd;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// A domain without an operating system, started paused, with disks from `vda` on and a second monitor. Nothing of
/// it runs but QEMU's block layer, so that nothing but what is measured is a load on it.
public final class PausedDomain implements AutoCloseable {
    private final PrivateLibvirtd libvirtd;
    private final String name;
    private final Monitor monitor;

    /// An image of the format, `qcow2` or `raw`.
    public record Disk(Path image, String format) {
        private String xml(int number) {
            return """
                    <disk type='file' device='disk'><driver name='qemu' type='%s'/><source file='%s'/>
                    <target dev='%s' bus='virtio'/></disk>
                    """.formatted(format, image, target(number));
        }
    }

    private PausedDomain(PrivateLibvirtd libvirtd, String name, Monitor monitor) {
        this.libvirtd = libvirtd;
        this.name = name;
        this.monitor = monitor;
    }

    /// Defines it and starts it.
    ///
    /// @param events is told of the monitor's events
    public static PausedDomain start(PrivateLibvirtd libvirtd, String name, List<Disk> disks, Consumer<JsonNode> events)
            throws IOException {
        Path socket = libvirtd.folder().resolve(name + ".qmp");
        Path xml = libvirtd.folder().resolve(name + ".xml");
        UUID uuid = UUID.nameUUIDFromBytes(disks.toString().getBytes(StandardCharsets.UTF_8));
        libvirtd.virsh(
                "define",
                Files.writeString(xml, """
                <domain type='qemu' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>
                <name>%s</name><uuid>%s</uuid>
                <memory unit='MiB'>16</memory><vcpu>1</vcpu>
                <os><type arch='x86_64' machine='q35'>hvm</type></os>
                <devices><emulator>/usr/bin/qemu-system-x86_64</emulator>
                %s
                <controller type='usb' model='none'/><memballoon model='none'/></devices>
                <qemu:commandline>
                <qemu:arg value='-chardev'/><qemu:arg value='socket,id=bench,path=%s,server=on,wait=off'/>
                <qemu:arg value='-mon'/><qemu:arg value='chardev=bench,mode=control'/>
                </qemu:commandline></domain>
                """.formatted(name, uuid, xml(disks), socket))
                        .toString());
        libvirtd.virsh("start", "--paused", name);
        return new PausedDomain(libvirtd, name, Monitor.connect(socket, events));
    }

    private static String xml(List<Disk> disks) {
        return IntStream.range(0, disks.size())
                .mapToObj(number -> disks.get(number).xml(number))
                .collect(Collectors.joining());
    }

    /// What libvirt calls the disk: `vda` is 0.
    public static String target(int disk) {
        return "vd" + (char) ('a' + disk);
    }

    /// Whose block graph a guest's writes to the disk go through: libvirt's name of a disk on virtio.
    public static String device(int disk) {
        return "/machine/peripheral/virtio-disk" + disk + "/virtio-backend";
    }

    public String name() {
        return name;
    }

    public Monitor monitor() {
        return monitor;
    }

    /// QEMU's standard output, where qemu-io says how long a write took.
    public Path log() {
        return libvirtd.folder().resolve("log/qemu/" + name + ".log");
    }

    /// Writes a file's content at an offset of the first disk, and says nothing of it in the log.
    public void write(Path content, long offset, long bytes) throws IOException {
        monitor.human("qemu-io -d " + device(0) + " \"write -q -s " + content + " " + offset + " " + bytes + "\"");
    }

    @Override
    public void close() throws IOException {
        monitor.close();
        libvirtd.virsh("destroy", name);
    }
}
