package io.tidemark.system;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidemark.demo.tour.Tidemark;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;

/// A domain beside the guest of a [Stack]: paused, without an operating system, with the disks `vda` and `vdb` of 8
/// MiB in qcow2. It is there within a second, and its disks are written through their devices as by a guest.
final class BareDomain implements AutoCloseable {
    /// Of each disk.
    static final int DISK_BYTES = 8 << 20;

    private static final Duration KNOWN_WITHIN = Duration.ofSeconds(30);

    final String name;
    final Path folder;
    private final Stack stack;
    private final boolean isTransient;
    private String vm = "";

    private BareDomain(Stack stack, String name, boolean isTransient) throws IOException {
        this.stack = stack;
        this.name = name;
        this.isTransient = isTransient;
        this.folder = Files.createDirectories(stack.libvirtd.folder().resolve("bare/" + name));
    }

    /// One that libvirt has a definition of, started.
    static BareDomain defined(Stack stack, String name) throws IOException {
        BareDomain domain = off(stack, name);
        domain.start();
        return domain;
    }

    /// One that libvirt has a definition of, and that was never started.
    static BareDomain off(Stack stack, String name) throws IOException {
        BareDomain domain = new BareDomain(stack, name, false);
        domain.makeImages();
        stack.libvirtd.virsh("define", domain.xml().toString());
        return domain;
    }

    /// One that libvirt forgets as it ends, started.
    static BareDomain passing(Stack stack, String name) throws IOException {
        BareDomain domain = new BareDomain(stack, name, true);
        domain.makeImages();
        domain.start();
        return domain;
    }

    private void makeImages() throws IOException {
        for (String target : new String[] {"vda", "vdb"}) {
            stack.libvirtd.runInside(
                    "qemu-img", "create", "-q", "-f", "qcow2", image(target).toString(), Integer.toString(DISK_BYTES));
        }
    }

    Path image(String target) {
        return folder.resolve(target + ".qcow2");
    }

    private Path xml() throws IOException {
        String disks = disk("vda") + disk("vdb");
        return Files.writeString(folder.resolve("domain.xml"), """
                <domain type='qemu'><name>%s</name><uuid>%s</uuid>
                <memory unit='MiB'>16</memory><vcpu>1</vcpu>
                <os><type arch='x86_64' machine='q35'>hvm</type></os>
                <devices><emulator>/usr/bin/qemu-system-x86_64</emulator>%s
                <controller type='usb' model='none'/><memballoon model='none'/></devices></domain>
                """.formatted(name, uuid(), disks));
    }

    private UUID uuid() {
        return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8));
    }

    private String disk(String target) {
        return """
                <disk type='file' device='disk'><driver name='qemu' type='qcow2'/><source file='%s'/>
                <target dev='%s' bus='virtio'/></disk>
                """.formatted(image(target), target);
    }

    void start() throws IOException {
        if (isTransient) {
            stack.libvirtd.virsh("create", "--paused", xml().toString());
        } else {
            stack.libvirtd.virsh("start", "--paused", name);
        }
    }

    /// QEMU closes its images first.
    void stop() throws IOException {
        stack.libvirtd.virsh("destroy", name);
    }

    void kill() throws IOException {
        Path file = stack.libvirtd.folder().resolve("run/qemu/" + name + ".pid");
        ProcessHandle.of(Long.parseLong(Files.readString(file).strip()))
                .orElseThrow()
                .destroyForcibly();
    }

    String virsh(String command, String... arguments) throws IOException {
        String[] whole = new String[arguments.length + 2];
        whole[0] = command;
        whole[1] = name;
        System.arraycopy(arguments, 0, whole, 2, arguments.length);
        return stack.libvirtd.virsh(whole);
    }

    /// Writes 64 KiB as the guest would.
    void write(String target, int offset) throws IOException {
        String device = "/machine/peripheral/virtio-disk" + (target.equals("vda") ? 0 : 1) + "/virtio-backend";
        virsh("qemu-monitor-command", "--hmp", "qemu-io -d " + device + " \"write -P 7 " + offset + " 64k\"");
    }

    /// Has QEMU carry out a command of its monitor. libvirt numbers nodes downwards: `vda` is `libvirt-2-format`.
    void qmp(String command, String arguments) throws IOException {
        virsh("qemu-monitor-command", "{\"execute\":\"" + command + "\",\"arguments\":{" + arguments + "}}");
    }

    /// Backs it up, which must succeed; answers the name of its checkpoint.
    String backUp() throws Exception {
        vm = stack.tidemark.awaitVm(name);
        Tidemark.await(
                "VM " + name + " with its disks",
                KNOWN_WITHIN,
                () -> stack.all.rest().get("/api/v1/vms/" + vm),
                found -> found.path("state").asText().equals("paused"));
        return "tidemark-" + stack.tidemark.backUp(vm, Stack.REPOSITORY, false);
    }

    String vm() {
        return vm;
    }

    /// The disk's epoch, asked now.
    JsonNode epochNow(String target) throws IOException, InterruptedException {
        return stack.all.rest().get("/api/v1/epochs/now?vm=" + vm + "&disk=" + target);
    }

    /// The disk's epoch as last known.
    JsonNode epoch(String target) throws IOException, InterruptedException {
        String disk = "";
        for (JsonNode each : stack.all.rest().get("/api/v1/vms/" + vm).path("disks")) {
            if (each.path("target").asText().equals(target)) {
                disk = each.path("id").asText();
            }
        }
        for (JsonNode each :
                stack.all.rest().get("/api/v1/epochs?vm=" + URLEncoder.encode(vm, StandardCharsets.UTF_8))) {
            if (each.path("disk").asText().equals(disk)) {
                return each;
            }
        }
        throw new IOException("VM " + name + " disk " + target + ": expected an epoch, found none");
    }

    /// Gone with its checkpoints; the VM stays in the catalog.
    @Override
    public void close() throws IOException {
        if (stack.libvirtd.virsh("list", "--name").lines().anyMatch(name::equals)) {
            stop();
        }
        if (stack.libvirtd.virsh("list", "--all", "--name").lines().anyMatch(name::equals)) {
            virsh("undefine", "--checkpoints-metadata", "--snapshots-metadata");
        }
    }
}
