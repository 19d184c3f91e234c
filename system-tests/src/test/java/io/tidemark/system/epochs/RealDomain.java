package io.tidemark.system.epochs;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.libvirt.Domain;
import org.libvirt.DomainCheckpoint;
import org.libvirt.LibvirtException;

/// A paused domain without an operating system on a real QEMU, with two disks, and the books of what was really
/// done to it. Fields that are not final are its state.
final class RealDomain implements AutoCloseable {
    static final List<String> SERIALS = List.of("disk-a", "disk-b");
    private static final List<String> TARGETS = List.of("vda", "vdb");
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int START_PAUSED = 1;
    private static final int DELETE_METADATA_ONLY = 2;
    private static final int RESIZE_BYTES = 1;
    /// From `virDomainSnapshotCreateFlags`: no metadata, disks only, atomic.
    private static final int SNAPSHOT_OF_DISKS = 4 | 16 | 128;

    final Path folder;
    /// Those that libvirt has, as far as the agent makes them.
    final Set<String> checkpoints = new TreeSet<>();
    /// The kinds of its images.
    final String kinds;
    boolean isRunning;

    private final RealHost host;
    private final Map<String, RealImage> tops = new HashMap<>();
    /// Serials of disks on an overlay that libvirt does not know.
    private final Set<String> besides = new TreeSet<>();
    /// Whether libvirt's definition names images below the top ones, whatever these say themselves.
    private boolean isChainDefined;

    private long files;

    RealDomain(RealHost host, Path folder, Random random) {
        this.host = host;
        this.folder = folder;
        var words = new StringBuilder();
        for (String serial : SERIALS) {
            RealImages.Made made = RealImages.make(folder, serial, random);
            tops.put(serial, made.image());
            words.append(serial).append(": ").append(made.kind()).append("; ");
        }
        kinds = words.toString();
        RealHost.asked(() -> host.connect().domainDefineXML(xml()));
        start();
    }

    private String xml() {
        var disks = new StringBuilder();
        for (String serial : SERIALS) {
            disks.append("""
                    <disk type='file' device='disk'><driver name='qemu' type='qcow2' discard='unmap'/>
                    <source file='%s'/><target dev='%s' bus='virtio'/><serial>%s</serial></disk>
                    """.formatted(top(serial).file, target(serial), serial));
        }
        return """
                <domain type='qemu'><name>%s</name><uuid>%s</uuid>
                <memory unit='MiB'>16</memory><vcpu>1</vcpu>
                <os><type arch='x86_64' machine='q35'>hvm</type></os>
                <devices><emulator>/usr/bin/qemu-system-x86_64</emulator>%s
                <controller type='usb' model='none'/><memballoon model='none'/></devices></domain>
                """.formatted(TrueVm.NAME, TrueVm.DOMAIN, disks);
    }

    static String target(String serial) {
        return TARGETS.get(SERIALS.indexOf(serial));
    }

    RealImage top(String serial) {
        return Objects.requireNonNull(tops.get(serial));
    }

    /// Whether libvirt knows all images that the domain stands on.
    boolean isKnownToLibvirt() {
        return besides.isEmpty();
    }

    private Domain handle() throws LibvirtException {
        return host.connect().domainLookupByName(TrueVm.NAME);
    }

    /// What a client of libvirt does to the domain.
    private interface Use<T> {
        T with(Domain handle) throws LibvirtException;
    }

    private <T> T asked(Use<T> use) {
        return RealHost.asked(() -> use.with(handle()));
    }

    void start() {
        asked(handle -> handle.create(START_PAUSED));
        isRunning = true;
    }

    /// QEMU closes its images. libvirt does not know of overlays beside it, and starts without them.
    void stop() {
        asked(handle -> {
            handle.destroy();
            return handle;
        });
        ended();
    }

    /// QEMU loses the bitmaps that it began, and has marked the others as not closed. What the guest has written it
    /// has flushed, as otherwise nobody knows what is left of it.
    void kill() {
        SERIALS.forEach(serial -> qemuIo(serial, "flush"));
        Path pid = host.folder().resolve("run/qemu/" + TrueVm.NAME + ".pid");
        try {
            ProcessHandle.of(Long.parseLong(Files.readString(pid).strip()))
                    .orElseThrow()
                    .destroyForcibly();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        RealHost.await("domain off", () -> asked(Domain::isActive) == 0);
        tops.values().forEach(top -> top.told.clear());
        ended();
    }

    private void ended() {
        isRunning = false;
        for (String serial : besides) {
            tops.put(serial, Objects.requireNonNull(top(serial).below));
        }
        besides.clear();
    }

    void write(String serial, long offset, long length, int value) {
        qemuIo(serial, "write -P " + value + " " + offset + " " + length);
        filled(serial, offset, length, value);
    }

    /// @param isUnmapped whether clusters may be freed
    void zero(String serial, long offset, long length, boolean isUnmapped) {
        qemuIo(serial, "write -z " + (isUnmapped ? "-u " : "") + offset + " " + length);
        filled(serial, offset, length, 0);
    }

    /// The range must be whole clusters, which read as zeroes then, as the image is one of version 3. QEMU ignores
    /// it while a backup's filter lies on the image.
    void discard(String serial, long offset, long length) {
        qemuIo(serial, "discard " + offset + " " + length);
        filled(serial, offset, length, 0);
    }

    private void filled(String serial, long offset, long length, int value) {
        RealImage top = top(serial);
        top.content = top.content.filled(offset, length, value);
    }

    private void qemuIo(String serial, String command) {
        asked(handle -> handle.qemuMonitorCommand("qemu-io -d " + device(serial) + " \"" + command + "\"", 1));
    }

    private static String device(String serial) {
        return "/machine/peripheral/virtio-disk" + SERIALS.indexOf(serial) + "/virtio-backend";
    }

    private void qmp(String command, Map<String, String> arguments) {
        String answer = asked(handle -> handle.qemuMonitorCommand(
                JSON.valueToTree(Map.of("execute", command, "arguments", arguments))
                        .toString(),
                0));
        if (answer.contains("\"error\"")) {
            throw new IllegalStateException(command + " " + arguments + ": expected it done, found " + answer);
        }
    }

    /// The node that the disk's device stands on.
    private JsonNode node(String serial) {
        String answer = asked(handle -> handle.qemuMonitorCommand("{\"execute\":\"query-block\"}", 0));
        try {
            for (JsonNode device : JSON.readTree(answer).path("return")) {
                if (device.path("qdev").asText().equals(device(serial))) {
                    return device.path("inserted");
                }
            }
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
        throw new IllegalStateException("disk " + serial + ": expected a node in " + answer);
    }

    /// By QEMU's monitor, past libvirt.
    ///
    /// @param isRemoved or disabled
    void breakBitmap(String serial, String checkpoint, boolean isRemoved) {
        qmp(
                isRemoved ? "block-dirty-bitmap-remove" : "block-dirty-bitmap-disable",
                Map.of("node", node(serial).path("node-name").asText(), "name", checkpoint));
        top(serial).told.remove(checkpoint);
    }

    /// By another client of libvirt, which deletes the bitmaps of a domain that runs.
    void deleteCheckpoint(String checkpoint, boolean withBitmaps) {
        asked(handle -> {
            DomainCheckpoint found = handle.checkpointLookupByName(checkpoint);
            try {
                return found.delete(withBitmaps && isRunning ? 0 : DELETE_METADATA_ONLY);
            } catch (LibvirtException bitmapGone) {
                return found.delete(DELETE_METADATA_ONLY);
            }
        });
        checkpoints.remove(checkpoint);
    }

    /// Whether libvirt has that checkpoint, whatever the books say.
    boolean hasCheckpoint(String checkpoint) {
        return List.of(asked(Domain::checkpointListNames)).contains(checkpoint);
    }

    /// libvirt gives the new image clusters as large as the old one's, and a bitmap for each that records there.
    void overlayByLibvirt(String serial) {
        Path file = freshFile(serial);
        String disks = "<disk name='" + target(serial) + "' snapshot='external'><source file='" + file + "'/></disk>"
                + SERIALS.stream()
                        .filter(other -> !other.equals(serial))
                        .map(other -> "<disk name='" + target(other) + "' snapshot='no'/>")
                        .reduce("", String::concat);
        asked(handle -> handle.snapshotCreateXML(
                "<domainsnapshot><disks>" + disks + "</disks></domainsnapshot>", SNAPSHOT_OF_DISKS));
        RealImage top = top(serial);
        isChainDefined = true;
        RealImage over = new RealImage(file, top.content, top, top.clusterBytes);
        over.told.addAll(top.told);
        tops.put(serial, over);
    }

    void overlayBesideLibvirt(String serial) {
        Path file = freshFile(serial);
        qmp(
                "blockdev-snapshot-sync",
                Map.of(
                        "node-name",
                        node(serial).path("node-name").asText(),
                        "snapshot-node-name",
                        "beside-" + serial,
                        "snapshot-file",
                        file.toString()));
        tops.put(serial, new RealImage(file, top(serial).content, top(serial), RealImage.CLUSTER_BYTES));
        besides.add(serial);
    }

    private Path freshFile(String serial) {
        return folder.resolve(serial + "-" + ++files + ".qcow2");
    }

    /// False if QEMU or its tool refuses, as they do where a bitmap was not closed.
    boolean grow(String serial, long toBytes) {
        RealImage top = top(serial);
        try {
            if (isRunning) {
                asked(handle -> {
                    handle.blockResize(target(serial), toBytes, RESIZE_BYTES);
                    return handle;
                });
            } else {
                RealHost.run("qemu-img", "resize", "-q", "-f", "qcow2", top.file.toString(), Long.toString(toBytes));
            }
        } catch (IllegalStateException refused) {
            return false;
        }
        top.content = top.content.grown(toBytes);
        return true;
    }

    /// QEMU's tools keep the bitmaps that record.
    void writeAtRest(String serial, long offset, long length, int value) {
        RealHost.run(
                "qemu-io",
                "-f",
                "qcow2",
                "-c",
                "write -q -P " + value + " " + offset + " " + length,
                top(serial).file.toString());
        filled(serial, offset, length, value);
    }

    /// Where; null if there is nothing to write over.
    RealImages.@Nullable Place writePastQemu(String serial, Random random, int value) {
        RealImage top = top(serial);
        RealImages.Place place = RealImages.anyData(top, random);
        if (place == null) {
            return null;
        }
        RealImages.overwrite(top, place, value);
        filled(serial, place.offset(), place.length(), value);
        top.told.clear();
        return place;
    }

    /// By a copy, bitmaps and all, in which nothing is different yet.
    void replace(String serial, boolean isOldGoneFirst) {
        RealImage old = top(serial);
        RealImages.copyInPlace(old.file, isOldGoneFirst);
        tops.put(serial, new RealImage(old.file, old.content, old.below, old.clusterBytes));
    }

    /// The disks have each other's images. False if libvirt would put them on each other's images below.
    boolean swap() {
        if (isChainDefined) {
            return false;
        }
        RealImage a = top("disk-a");
        RealImage b = top("disk-b");
        Path file = a.file;
        RealImages.swap(file, b.file);
        a.file = b.file;
        b.file = file;
        tops.put("disk-a", b);
        tops.put("disk-b", a);
        return true;
    }

    /// Waits until a libvirtd that was started again has its QEMU again.
    void awaitMonitor() {
        if (isRunning) {
            RealHost.await("libvirtd with its QEMU", this::answers);
        }
    }

    private boolean answers() {
        try {
            handle().qemuMonitorCommand("{\"execute\":\"query-status\"}", 0);
            return true;
        } catch (LibvirtException notYet) {
            return false;
        }
    }

    /// That QEMU has not ended by itself.
    void requireRunning() {
        if (isRunning && asked(Domain::isActive) == 0) {
            throw new AssertionError("QEMU has ended by itself");
        }
    }

    /// That the books are right, as far as QEMU's own tool can tell. The domain must be off.
    void requireBooksRight() {
        for (String serial : SERIALS) {
            String difference = top(serial).content.difference(RealImages.read(top(serial)));
            if (!difference.isEmpty()) {
                throw new IllegalStateException("books of disk " + serial + ": " + difference);
            }
        }
    }

    @Override
    public void close() {
        asked(handle -> {
            if (handle.isActive() == 1) {
                handle.destroy();
            }
            for (String checkpoint : handle.checkpointListNames()) {
                handle.checkpointLookupByName(checkpoint).delete(DELETE_METADATA_ONLY);
            }
            handle.undefine();
            return handle;
        });
    }
}
