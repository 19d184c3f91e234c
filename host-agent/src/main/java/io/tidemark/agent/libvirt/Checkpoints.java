package io.tidemark.agent.libvirt;

import io.tidemark.agent.backup.BackupOrder;
import io.tidemark.agent.backup.HypervisorException.CheckpointBroken;
import io.tidemark.agent.backup.HypervisorException.DomainBusy;
import io.tidemark.agent.backup.HypervisorException.RequestRefused;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.libvirt.Domain;
import org.libvirt.DomainCheckpoint;
import org.libvirt.LibvirtException;

/// Makes and deletes the checkpoints of a domain with their bitmaps. libvirt does neither with a domain that is off
/// (code 84), so there the bitmaps are written with `qemu-img`, and libvirt is told of the metadata alone.
final class Checkpoints {
    private static final Logger LOG = Logger.getLogger(Checkpoints.class);
    /// From `virDomainCheckpointCreateFlags`, `virDomainCheckpointDeleteFlags` and `virDomainXMLFlags`.
    private static final int CREATE_REDEFINE = 1;

    private static final int DELETE_METADATA_ONLY = 2;
    private static final int XML_INACTIVE = 2;

    private final RestingImages resting;

    Checkpoints(RestingImages resting) {
        this.resting = resting;
    }

    /// The metadata comes first: whoever finds them without a bitmap can delete them, be the domain off or not.
    void beginAtRest(Domain domain, BackupOrder order, Instant takenAt) throws LibvirtException {
        requireOff(domain);
        List<DomainXml.Disk> disks = DomainXml.disks(domain.getName(), domain.getXMLDesc(0));
        requireWhole(order, disks);
        Optional<String> name = order.newCheckpoint();
        if (name.isEmpty()) {
            return;
        }
        if (Arrays.asList(domain.checkpointListNames()).contains(name.get())) {
            throw new RequestRefused("checkpoint " + name.get() + " of domain " + domain.getName()
                    + ": expected none of that name, found one");
        }
        domain.checkpointCreateXML(
                BackupXml.restingCheckpoint(order, takenAt, domain.getXMLDesc(XML_INACTIVE)), CREATE_REDEFINE);
        for (BackupOrder.DiskOrder disk : order.disks()) {
            if (disk.isCheckpointed()) {
                resting.addBitmap(named(disks, disk.target()), name.get());
            }
        }
    }

    /// A server of the top image shows the first bitmap of a name that it finds, and says nothing of another one
    /// below (`qemu-nbd --bitmap`).
    private void requireWhole(BackupOrder order, List<DomainXml.Disk> disks) {
        for (BackupOrder.DiskOrder disk : order.disks()) {
            disk.incrementalFrom().ifPresent(from -> {
                if (!resting.isInTopOnly(named(disks, disk.target()), from)) {
                    throw new CheckpointBroken("bitmap " + from + " of disk " + disk.target()
                            + ": expected it in the top image and in none below");
                }
            });
        }
    }

    private static DomainXml.Disk named(List<DomainXml.Disk> disks, String target) {
        return disks.stream()
                .filter(disk -> disk.target().equals(target))
                .findFirst()
                .orElseThrow(() -> new RequestRefused("disk " + target + ": expected it in the domain, found none"));
    }

    String restStamp(Domain domain) throws LibvirtException {
        requireOff(domain);
        StringBuilder stamp = new StringBuilder();
        for (DomainXml.Disk disk : DomainXml.disks(domain.getName(), domain.getXMLDesc(0))) {
            stamp.append(disk.target()).append('=').append(resting.stamp(disk)).append('\n');
        }
        requireOff(domain);
        return stamp.toString();
    }

    private static void requireOff(Domain domain) throws LibvirtException {
        if (domain.isActive() != 0) {
            throw new DomainBusy("domain " + domain.getName() + ": expected it off, found it started");
        }
    }

    int delete(Domain domain, String name) throws LibvirtException {
        return domain.isActive() == 0 ? deleteAtRest(domain, name) : deleteRunning(domain, name);
    }

    private int deleteAtRest(Domain domain, String name) throws LibvirtException {
        for (DomainXml.Disk disk : DomainXml.disks(domain.getName(), domain.getXMLDesc(0))) {
            if (disk.format().equals("qcow2")) {
                resting.removeBitmap(disk, name);
            }
        }
        DomainCheckpoint checkpoint = find(domain, name);
        return checkpoint == null ? 0 : checkpoint.delete(DELETE_METADATA_ONLY);
    }

    private static int deleteRunning(Domain domain, String name) throws LibvirtException {
        DomainCheckpoint checkpoint = find(domain, name);
        int answer = checkpoint == null ? 0 : deleteWithBitmaps(checkpoint);
        removeLeft(domain, name);
        return answer;
    }

    private static int deleteWithBitmaps(DomainCheckpoint checkpoint) throws LibvirtException {
        try {
            return checkpoint.delete(0);
        } catch (LibvirtException e) {
            return switch (e.getError().getCode()) {
                case VIR_ERR_INTERNAL_ERROR, VIR_ERR_CHECKPOINT_INCONSISTENT -> checkpoint.delete(DELETE_METADATA_ONLY);
                default -> throw e;
            };
        }
    }

    /// libvirt goes by the targets of then: it leaves the bitmap of a disk that has another one by now, and all of
    /// them where one is gone. They would record for ever.
    private static void removeLeft(Domain domain, String name) throws LibvirtException {
        for (String node : BlockQuery.nodesWith(domain.qemuMonitorCommand(BlockQuery.COMMAND, 0), name)) {
            String answer = domain.qemuMonitorCommand(BlockQuery.removal(node, name), 0);
            if (answer.contains("\"error\"")) {
                LOG.warnf("bitmap %s of node %s, whose checkpoint is deleted, stays: %s", name, node, answer);
            }
        }
    }

    /// libvirt-java 0.5.4 answers null for a name that libvirt does not know.
    private static @Nullable DomainCheckpoint find(Domain domain, String name) throws LibvirtException {
        return Arrays.asList(domain.checkpointListNames()).contains(name) ? domain.checkpointLookupByName(name) : null;
    }
}
