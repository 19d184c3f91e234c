package io.tidemark.agent.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.demo.PrivateLibvirtd;
import io.tidemark.schemas.id.DomainUuid;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.libvirt.Connect;
import org.libvirt.Domain;
import org.libvirt.LibvirtException;

/// A paused domain of a private libvirtd with three disks: `vda` and `vdb` in qcow2, `vdc` raw. What is written to
/// it is also written down, so that a copy can be compared. While it is off its disks may be made others.
final class PausedDomain implements AutoCloseable {
    static final DomainUuid UUID = DomainUuid.of("6a1f0f2e-0000-4000-8000-0000000000b5");
    private static final Map<String, Integer> SIZES = Map.of("vda", 16 << 20, "vdb", 8 << 20, "vdc", 4 << 20);
    private static final int START_PAUSED = 1;
    private static final int METADATA_ONLY = 2;
    private static final int RESIZE_IN_BYTES = 1;
    /// What an image in qcow2 takes beside its data.
    private static final int QCOW2_ROOM = 2 << 20;

    final Path home;
    /// By target, in libvirt's order.
    private final SortedMap<String, Plugged> disks = new TreeMap<>();
    /// The loop devices of the images that are on one.
    private final Map<String, String> devices = new HashMap<>();
    /// What each image holds, by its file's name.
    private final Map<String, byte[]> expected = new HashMap<>();
    private final PrivateLibvirtd daemon;
    private final Connect connect;
    final Domain handle;

    PausedDomain() throws IOException, InterruptedException, LibvirtException {
        home = Files.createTempDirectory("tm-bak");
        daemon = SharedLibvirtd.get();
        connect = new Connect(daemon.uri());
        for (Map.Entry<String, Integer> disk : SIZES.entrySet()) {
            String target = disk.getKey();
            String image = target + (target.equals("vdc") ? ".raw" : ".qcow2");
            create(image, disk.getValue());
            plug(target, image, "SER-" + target);
        }
        handle = connect.domainDefineXML(xml());
        start();
    }

    void start() throws LibvirtException {
        handle.create(START_PAUSED);
    }

    String uri() {
        return daemon.uri();
    }

    /// An image at a target.
    ///
    /// @param image the name of its file, which ends with its format
    record Plugged(String image, String serial) {
        private String format() {
            return image.substring(image.lastIndexOf('.') + 1);
        }
    }

    /// What is at which target.
    Map<String, Plugged> disks() {
        return new TreeMap<>(disks);
    }

    /// Makes a new image, of zeroes.
    void create(String image, int size) throws IOException, InterruptedException {
        run("qemu-img", "create", "-q", "-f", new Plugged(image, "").format(), path(image), Integer.toString(size));
        expected.put(image, new byte[size]);
    }

    /// Makes a new image on a loop device, so that its disk is a block device.
    void createOnDevice(String image, int size) throws IOException, InterruptedException {
        Path file = home.resolve(image + ".device");
        run("truncate", "-s", Integer.toString(size + (image.endsWith(".qcow2") ? QCOW2_ROOM : 0)), file.toString());
        devices.put(image, run("losetup", "--find", "--show", file.toString()).strip());
        if (image.endsWith(".qcow2")) {
            run("qemu-img", "create", "-q", "-f", "qcow2", path(image), Integer.toString(size));
        }
        expected.put(image, new byte[size]);
    }

    /// Makes an image that is another one's copy, with the bitmaps in it. The domain has to be off.
    void copy(String image, String copy) throws IOException {
        Files.copy(Path.of(path(image)), Path.of(path(copy)));
        expected.put(copy, content(image).clone());
    }

    /// The image and its serial are at that target from the next [#redefine] on.
    void plug(String target, String image, String serial) {
        disks.put(target, new Plugged(image, serial));
    }

    /// What was at the target is not in the domain from the next [#redefine] on.
    Plugged unplug(String target) {
        return Objects.requireNonNull(disks.remove(target), target);
    }

    /// Tells libvirt of what is plugged where. The domain has to be off.
    void redefine() throws LibvirtException {
        connect.domainDefineXML(xml()).free();
    }

    private String path(String image) {
        return devices.getOrDefault(image, home.resolve(image).toString());
    }

    private Plugged at(String target) {
        return Objects.requireNonNull(disks.get(target), target);
    }

    private byte[] content(String image) {
        return Objects.requireNonNull(expected.get(image), image);
    }

    /// Makes the running domain's disk larger.
    void grow(String target, int size) throws LibvirtException {
        handle.blockResize(target, size, RESIZE_IN_BYTES);
        String image = at(target).image();
        expected.put(image, Arrays.copyOf(content(image), size));
    }

    /// Writes to an image that no domain has open.
    void writeAway(String image, int offset, int length, int pattern) throws IOException, InterruptedException {
        run("qemu-io", "-f", "qcow2", "-c", "write -P %d %d %d".formatted(pattern, offset, length), path(image));
        Arrays.fill(content(image), offset, offset + length, (byte) pattern);
    }

    /// Writes as the guest would, through the disk's device.
    void write(String target, int offset, int length, int pattern) throws LibvirtException {
        qemuIo(target, "write -P %d %d %d".formatted(pattern, offset, length));
        Arrays.fill(expected(target), offset, offset + length, (byte) pattern);
    }

    byte[] expected(String target) {
        return content(at(target).image());
    }

    /// Writes zeroes without data.
    void zero(String target, int offset, int length) throws LibvirtException {
        qemuIo(target, "write -z %d %d".formatted(offset, length));
        Arrays.fill(expected(target), offset, offset + length, (byte) 0);
    }

    private void qemuIo(String target, String command) throws LibvirtException {
        String device = "/machine/peripheral/virtio-disk" + (target.charAt(2) - 'a') + "/virtio-backend";
        handle.qemuMonitorCommand("qemu-io -d " + device + " \"" + command + "\"", 1);
    }

    /// libvirt numbers the nodes of a domain's disks downwards: the first of three disks is 3.
    void removeBitmapBehindLibvirt(String target, String checkpoint) throws LibvirtException {
        handle.qemuMonitorCommand("""
                {"execute":"block-dirty-bitmap-remove","arguments":{"node":"libvirt-%d-format","name":"%s"}}
                """.formatted(disks.tailMap(target).size(), checkpoint), 0);
    }

    private String xml() {
        StringBuilder text = new StringBuilder();
        disks.forEach((target, disk) -> text.append("""
                    <disk type='%s' device='disk'><driver name='qemu' type='%s'/><source %s='%s'/>
                    <target dev='%s' bus='virtio'/><serial>%s</serial></disk>
                    """.formatted(
                        devices.containsKey(disk.image()) ? "block" : "file",
                        disk.format(),
                        devices.containsKey(disk.image()) ? "dev" : "file",
                        path(disk.image()),
                        target,
                        disk.serial())));
        return """
                <domain type='qemu'><name>tidemark-backup-it</name><uuid>%s</uuid>
                <memory unit='MiB'>32</memory><vcpu>1</vcpu>
                <os><type arch='x86_64' machine='q35'>hvm</type></os>
                <devices><emulator>/usr/bin/qemu-system-x86_64</emulator>%s
                <controller type='usb' model='none'/><memballoon model='none'/></devices></domain>
                """.formatted(UUID, text);
    }

    private static String run(String... command) throws IOException, InterruptedException {
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(output).isZero();
        return output;
    }

    @Override
    public void close() throws IOException, LibvirtException {
        if (handle.isActive() == 1) {
            handle.destroy();
        }
        for (String checkpoint : handle.checkpointListNames()) {
            handle.checkpointLookupByName(checkpoint).delete(METADATA_ONLY);
        }
        handle.undefine();
        connect.close();
        for (String device : devices.values()) {
            detach(device);
        }
    }

    private static void detach(String device) throws IOException {
        try {
            run("losetup", "--detach", device);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
