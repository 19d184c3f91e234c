package io.tidemark.agent.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.demo.PrivateLibvirtd;
import io.tidemark.schemas.id.DomainUuid;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.libvirt.Connect;
import org.libvirt.Domain;
import org.libvirt.LibvirtException;

/// A paused domain of a private libvirtd with three disks: `vda` and `vdb` in qcow2, `vdc` raw. What is written to
/// it is also written down, so that a copy can be compared.
final class PausedDomain implements AutoCloseable {
    static final DomainUuid UUID = DomainUuid.of("6a1f0f2e-0000-4000-8000-0000000000b5");
    private static final Map<String, Integer> SIZES = Map.of("vda", 16 << 20, "vdb", 8 << 20, "vdc", 4 << 20);
    private static final int START_PAUSED = 1;
    private static final int METADATA_ONLY = 2;
    private static final List<String> TARGETS = List.of("vda", "vdb", "vdc");

    final Path home;
    private final Map<String, byte[]> expected = new LinkedHashMap<>();
    private final PrivateLibvirtd daemon;
    private final Connect connect;
    final Domain handle;

    PausedDomain() throws IOException, InterruptedException, LibvirtException {
        home = Files.createTempDirectory("tm-bak");
        daemon = PrivateLibvirtd.start(home);
        connect = new Connect(daemon.uri());
        for (String target : TARGETS) {
            int size = Objects.requireNonNull(SIZES.get(target));
            run("qemu-img", "create", "-q", "-f", format(target), image(target), Integer.toString(size));
            expected.put(target, new byte[size]);
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

    private static String format(String target) {
        return target.equals("vdc") ? "raw" : "qcow2";
    }

    private String image(String target) {
        return home.resolve(target + "." + format(target)).toString();
    }

    /// Writes as the guest would, through the disk's device.
    void write(String target, int offset, int length, int pattern) throws LibvirtException {
        qemuIo(target, "write -P %d %d %d".formatted(pattern, offset, length));
        Arrays.fill(expected(target), offset, offset + length, (byte) pattern);
    }

    byte[] expected(String target) {
        return Objects.requireNonNull(expected.get(target), target);
    }

    /// Writes zeroes without data.
    void zero(String target, int offset, int length) throws LibvirtException {
        qemuIo(target, "write -z %d %d".formatted(offset, length));
        Arrays.fill(expected(target), offset, offset + length, (byte) 0);
    }

    private void qemuIo(String target, String command) throws LibvirtException {
        String device = "/machine/peripheral/virtio-disk" + TARGETS.indexOf(target) + "/virtio-backend";
        handle.qemuMonitorCommand("qemu-io -d " + device + " \"" + command + "\"", 1);
    }

    /// libvirt numbers the nodes of a domain's disks downwards: the first of three disks is 3.
    void removeBitmapBehindLibvirt(String target, String checkpoint) throws LibvirtException {
        handle.qemuMonitorCommand("""
                {"execute":"block-dirty-bitmap-remove","arguments":{"node":"libvirt-%d-format","name":"%s"}}
                """.formatted(TARGETS.size() - TARGETS.indexOf(target), checkpoint), 0);
    }

    private String xml() {
        StringBuilder disks = new StringBuilder();
        for (String target : TARGETS) {
            disks.append("""
                    <disk type='file' device='disk'><driver name='qemu' type='%s'/><source file='%s'/>
                    <target dev='%s' bus='virtio'/><serial>SER-%s</serial></disk>
                    """.formatted(format(target), image(target), target, target));
        }
        return """
                <domain type='qemu'><name>tidemark-backup-it</name><uuid>%s</uuid>
                <memory unit='MiB'>32</memory><vcpu>1</vcpu>
                <os><type arch='x86_64' machine='q35'>hvm</type></os>
                <devices><emulator>/usr/bin/qemu-system-x86_64</emulator>%s
                <controller type='usb' model='none'/><memballoon model='none'/></devices></domain>
                """.formatted(UUID, disks);
    }

    private static void run(String... command) throws IOException, InterruptedException {
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(output).isZero();
    }

    @Override
    public void close() throws LibvirtException {
        if (handle.isActive() == 1) {
            handle.destroy();
        }
        for (String checkpoint : handle.checkpointListNames()) {
            handle.checkpointLookupByName(checkpoint).delete(METADATA_ONLY);
        }
        handle.undefine();
        connect.close();
        daemon.close();
    }
}
