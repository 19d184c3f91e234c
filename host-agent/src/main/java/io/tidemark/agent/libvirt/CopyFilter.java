package io.tidemark.agent.libvirt;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tidemark.agent.backup.HypervisorException.DomainBusy;
import io.tidemark.agent.backup.HypervisorException.RequestRefused;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.StreamSupport;
import org.libvirt.Domain;
import org.libvirt.LibvirtException;

/// QEMU's side of one snapshot by copy before write, of one disk: a filter over its image that copies each old
/// block to a file before the guest overwrites it. libvirt knows nothing of it. If a block cannot be copied, or not
/// within [#COPY_SECONDS_MAX], the snapshot is broken and the guest's write goes on (`on-cbw-error`, `cbw-timeout`:
/// QEMU 7.1 and newer, `qapi/block-core.json`).
///
/// The names of the nodes follow from the file's path, so that they are found again:
///
/// - the filter has the bare name, and takes the place of the image under the guest's device
/// - `-t` is the image that receives the old blocks, without anything below it
/// - `-a` shows what the disk held, as long as nothing is broken (`snapshot-access`)
/// - `-n` is what [#isWhole] reads into; it keeps nothing
final class CopyFilter {
    /// Each name begins so.
    static final String MARK = "tidemark-snap-";

    private static final String TARGET = "-t";
    private static final String ACCESS = "-a";
    private static final String NOTHING = "-n";
    private static final int COPY_SECONDS_MAX = 10;
    /// QEMU's names of nodes have at most 31 bytes.
    private static final int HASH_DIGITS = 12;

    private static final int POLLS_MAX = 200;
    private static final int POLL_MILLIS = 20;
    private static final String CONCLUDED = "concluded";

    private final Domain domain;
    private final DomainXml.Disk disk;
    private final CopyFiles files;
    private final String filter;

    CopyFilter(Domain domain, DomainXml.Disk disk, CopyFiles files) {
        this.domain = domain;
        this.disk = disk;
        this.files = files;
        this.filter = filter(files);
    }

    private static String filter(CopyFiles files) {
        return MARK + hash(files.blocks().toString());
    }

    private static String hash(String path) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(path.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest).substring(0, HASH_DIGITS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256: expected in every JDK", e);
        }
    }

    private String target() {
        return filter + TARGET;
    }

    private String access() {
        return filter + ACCESS;
    }

    private String nothing() {
        return filter + NOTHING;
    }

    /// Whether the guest writes through it.
    boolean isOn() throws LibvirtException {
        return QemuTop.of(domain, disk).node().equals(filter);
    }

    /// Makes the file and all nodes that can be there before the moment.
    void prepare() throws LibvirtException {
        QemuTop top = QemuTop.of(domain, disk);
        files.make(top.sizeBytes());
        ObjectNode target = Qmp.object().put("driver", "qcow2").put("node-name", target());
        target.putNull("backing");
        target.set(
                "file",
                Qmp.object()
                        .put("driver", "file")
                        .put("filename", files.blocks().toString()));
        Qmp.run(domain, "blockdev-add", target);
        Qmp.run(
                domain,
                "block-dirty-bitmap-add",
                Qmp.object().put("node", target()).put("name", CopyFiles.CLOSED).put("persistent", true));
        Qmp.run(
                domain,
                "blockdev-add",
                Qmp.object()
                        .put("driver", "null-co")
                        .put("node-name", nothing())
                        .put("size", top.sizeBytes())
                        .put("read-zeroes", true));
        Qmp.run(
                domain,
                "blockdev-add",
                Qmp.object()
                        .put("driver", "copy-before-write")
                        .put("node-name", filter)
                        .put("file", top.node())
                        .put("target", target())
                        .put("on-cbw-error", "break-snapshot")
                        .put("cbw-timeout", COPY_SECONDS_MAX));
    }

    /// This is the moment: what the guest writes from now on goes through the filter.
    void insert() throws LibvirtException {
        drive(QemuTop.of(domain, disk).device(), filter);
        Qmp.run(
                domain,
                "blockdev-add",
                Qmp.object()
                        .put("driver", "snapshot-access")
                        .put("node-name", access())
                        .put("file", filter));
    }

    private void drive(String device, String node) throws LibvirtException {
        Qmp.run(
                domain,
                "qom-set",
                Qmp.object().put("path", device).put("property", "drive").put("value", node));
    }

    /// Takes out whatever is there of it. The guest may write on meanwhile.
    void remove() throws LibvirtException {
        cancelRead();
        ifThere(domain, "blockdev-del", "node-name", access());
        QemuTop top = QemuTop.of(domain, disk);
        if (top.node().equals(filter)) {
            drive(top.device(), below(top.device()));
        }
        removeNodes(domain, files);
    }

    /// Of a disk that the domain has no more, too.
    static void removeNodes(Domain domain, CopyFiles files) throws LibvirtException {
        String filter = filter(files);
        for (String node : List.of(filter + ACCESS, filter, filter + TARGET, filter + NOTHING)) {
            ifThere(domain, "blockdev-del", "node-name", node);
        }
    }

    /// The node below the filter now: who lays an overlay beside us lays it there.
    private String below(String device) throws LibvirtException {
        JsonNode devices = Qmp.run(domain, "query-blockstats", Qmp.object());
        return StreamSupport.stream(devices.spliterator(), false)
                .filter(each -> each.path("qdev").asText().equals(device))
                .map(each -> each.path("parent").path("node-name").asText())
                .filter(node -> !node.isEmpty())
                .findFirst()
                .orElseThrow(() -> new RequestRefused(
                        files + ": expected an image below filter " + filter + " in QEMU, found none"));
    }

    private static void ifThere(Domain domain, String command, String key, String name) throws LibvirtException {
        try {
            Qmp.run(domain, command, Qmp.object().put(key, name));
        } catch (RequestRefused refused) {
            String words = String.valueOf(refused.getMessage());
            if (!words.contains("Failed to find node") && !words.contains("not found")) {
                throw refused;
            }
        }
    }

    /// Whether every old block was copied. QEMU tells it to who reads through `snapshot-access` alone, so a backup
    /// job that does so is begun and is ended at its first block; a broken snapshot fails it there.
    boolean isWhole() throws LibvirtException {
        cancelRead();
        Qmp.run(
                domain,
                "blockdev-backup",
                Qmp.object()
                        .put("job-id", access())
                        .put("device", access())
                        .put("target", nothing())
                        .put("sync", "full")
                        .put("speed", 1)
                        .put("auto-dismiss", false));
        JsonNode job = awaited(false);
        boolean isWhole = !job.has("error");
        cancelRead();
        return isWhole;
    }

    /// The job once it has read something or is over.
    private JsonNode awaited(boolean untilOver) throws LibvirtException {
        for (int poll = 0; poll < POLLS_MAX; poll++) {
            Optional<JsonNode> job = job();
            if (job.isEmpty() && untilOver) {
                return Qmp.object();
            }
            boolean isOver =
                    job.isPresent() && job.get().path("status").asText().equals(CONCLUDED);
            boolean hasRead =
                    job.isPresent() && job.get().path("current-progress").asLong() > 0;
            if (isOver || (hasRead && !untilOver)) {
                return job.get();
            }
            pause();
        }
        throw new DomainBusy(files + ": expected job " + access() + " to read or to end within "
                + POLLS_MAX * POLL_MILLIS + " ms, found that it does not");
    }

    private Optional<JsonNode> job() throws LibvirtException {
        JsonNode jobs = Qmp.run(domain, "query-jobs", Qmp.object());
        return StreamSupport.stream(jobs.spliterator(), false)
                .filter(job -> job.path("id").asText().equals(access()))
                .findFirst();
    }

    /// Ends a job that reads, as one that was left by the death of an agent.
    private void cancelRead() throws LibvirtException {
        Optional<JsonNode> job = job();
        if (job.isEmpty()) {
            return;
        }
        if (!job.get().path("status").asText().equals(CONCLUDED)) {
            ObjectNode cancel = Qmp.object().put("device", access()).put("force", true);
            Qmp.run(domain, "block-job-cancel", cancel);
            awaited(true);
        }
        ifThere(domain, "job-dismiss", "id", access());
    }

    private void pause() {
        try {
            var _ = new CountDownLatch(1).await(POLL_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DomainBusy(files + ": interrupted");
        }
    }
}
