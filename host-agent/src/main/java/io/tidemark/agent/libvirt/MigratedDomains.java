package io.tidemark.agent.libvirt;

import io.tidemark.agent.backup.BackupOrder;
import io.tidemark.agent.backup.BitmapView;
import io.tidemark.agent.backup.HypervisorException;
import io.tidemark.schemas.id.DomainUuid;
import io.tidemark.schemas.vocabulary.BitmapState;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;
import org.libvirt.Connect;
import org.libvirt.Domain;
import org.libvirt.Error.ErrorNumber;
import org.libvirt.LibvirtException;

/// Brings checkpoints after domains that were migrated alive on shared storage: their bitmaps go on in the images
/// and record at once, and of their checkpoints libvirt 9.0 tells the other host nothing.
///
/// Only of a domain whose QEMU began with a migration is a bitmap taken over: from the source's last write to that
/// QEMU's first nobody has the images. A bitmap that was found in an image at a start proves nothing of the time
/// before. For the same reason the checkpoints that stay behind are deleted: if the domain is started here later,
/// from its images, what was written to them elsewhere was not seen from here.
final class MigratedDomains {
    private static final Logger LOG = Logger.getLogger(MigratedDomains.class);
    /// From `virDomainCheckpointCreateFlags`: `REDEFINE` and `REDEFINE_VALIDATE`, which refuses a bitmap that is
    /// not there or is broken. From `virDomainCheckpointDeleteFlags`: `METADATA_ONLY`.
    private static final int REDEFINE_IF_SOUND = 1 | 4;

    private static final int DELETE_METADATA_ONLY = 2;
    private static final int TRIES_MAX = 5;

    /// Lives of domains whose checkpoints were taken over: by UUID, libvirt's number of the running domain. A
    /// bitmap of ours that such a life gets later has its checkpoint.
    private final Map<String, Integer> taken = new ConcurrentHashMap<>();
    /// How often it failed, by UUID.
    private final Map<String, Integer> tries = new ConcurrentHashMap<>();

    /// Domains of the host that have something to be done.
    List<DomainUuid> unsettled(Connect connect) throws LibvirtException {
        List<DomainUuid> found = new ArrayList<>();
        for (Domain domain : connect.listAllDomains(0)) {
            try {
                if (isUnsettled(domain)) {
                    found.add(DomainUuid.of(domain.getUUIDString()));
                }
            } catch (LibvirtException e) {
                if (e.getError().getCode() != ErrorNumber.VIR_ERR_NO_DOMAIN) {
                    throw e;
                }
            }
        }
        return found;
    }

    private boolean isUnsettled(Domain domain) throws LibvirtException {
        return switch (Migration.of(domain)) {
            case ARRIVED -> !isTaken(domain.getUUIDString(), domain.getID());
            case DEPARTED -> !ours(domain).isEmpty();
            case NONE, UNDER_WAY -> false;
        };
    }

    private boolean isTaken(String uuid, int life) {
        return taken.getOrDefault(uuid, -1) == life;
    }

    /// Whether the domain is on this host, and has what it brought along. Until then whoever looked at it would
    /// find bitmaps without their checkpoints.
    boolean isHere(Domain domain) throws LibvirtException {
        return switch (Migration.of(domain)) {
            case NONE -> true;
            case ARRIVED -> isTaken(domain.getUUIDString(), domain.getID());
            case UNDER_WAY, DEPARTED -> false;
        };
    }

    /// Answers what it has found.
    Migration settle(Domain domain) throws LibvirtException {
        Migration migration = Migration.of(domain);
        switch (migration) {
            case ARRIVED -> tryToTakeOver(domain);
            case DEPARTED -> forget(domain);
            case NONE, UNDER_WAY -> {}
        }
        return migration;
    }

    /// Once it has failed too often the domain is taken as it is: its next backup is full.
    private void tryToTakeOver(Domain domain) throws LibvirtException {
        String uuid = domain.getUUIDString();
        int life = domain.getID();
        try {
            takeOver(domain);
            tries.remove(uuid);
        } catch (LibvirtException | HypervisorException failed) {
            if (tries.merge(uuid, 1, Integer::sum) >= TRIES_MAX) {
                tries.remove(uuid);
                taken.put(uuid, life);
            }
            throw failed;
        }
    }

    private void takeOver(Domain domain) throws LibvirtException {
        int life = domain.getID();
        String xml = domain.getXMLDesc(0);
        var bitmaps = BlockQuery.bitmaps(
                domain.qemuMonitorCommand(BlockQuery.COMMAND, 0), DomainXml.disks(domain.getName(), xml));
        if (domain.getID() != life || Migration.of(domain) != Migration.ARRIVED) {
            return; // what was read may be of another life
        }
        Set<String> missing = recording(bitmaps);
        missing.removeAll(List.of(domain.checkpointListNames()));
        for (String name : missing) {
            domain.checkpointCreateXML(
                    BackupXml.arrivedCheckpoint(name, disksWith(bitmaps, name), xml), REDEFINE_IF_SOUND);
            LOG.infof("checkpoint %s of domain %s was taken over, after its migration", name, domain.getName());
        }
        taken.put(domain.getUUIDString(), life);
    }

    private static Set<String> recording(Map<String, Map<String, BitmapView>> bitmaps) {
        Set<String> names = new TreeSet<>();
        bitmaps.values()
                .forEach(ofDisk -> ofDisk.forEach((name, view) -> {
                    if (view.state() == BitmapState.RECORDING) {
                        names.add(name);
                    }
                }));
        return names;
    }

    private static Map<String, Boolean> disksWith(Map<String, Map<String, BitmapView>> bitmaps, String name) {
        Map<String, Boolean> disks = new LinkedHashMap<>();
        bitmaps.forEach((target, ofDisk) -> {
            BitmapView view = ofDisk.get(name);
            disks.put(target, view != null && view.state() == BitmapState.RECORDING);
        });
        return disks;
    }

    /// The bitmaps are in images that another QEMU has open by now, and are left as they are.
    private static void forget(Domain domain) throws LibvirtException {
        for (String name : ours(domain)) {
            domain.checkpointLookupByName(name).delete(DELETE_METADATA_ONLY);
            LOG.infof("checkpoint %s went with domain %s to another host", name, domain.getName());
        }
    }

    private static List<String> ours(Domain domain) throws LibvirtException {
        return Arrays.stream(domain.checkpointListNames())
                .filter(name -> name.startsWith(BackupOrder.MARK))
                .toList();
    }
}
