package io.tidemark.system.epochs;

import io.tidemark.agent.backup.BackupOrder;
import io.tidemark.agent.backup.BitmapView;
import io.tidemark.agent.backup.ChangeListener;
import io.tidemark.agent.backup.DomainDisk;
import io.tidemark.agent.backup.DomainFreeze;
import io.tidemark.agent.backup.DomainJob;
import io.tidemark.agent.backup.DomainJobStatistics;
import io.tidemark.agent.backup.DomainView;
import io.tidemark.agent.backup.GuestIo;
import io.tidemark.agent.backup.Hypervisor;
import io.tidemark.schemas.id.DomainUuid;
import io.tidemark.schemas.id.RestorePointId;
import io.tidemark.schemas.vocabulary.BitmapState;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A hypervisor as an agent with a flaw takes it; without one, as it is.
record FlawedHypervisor(Hypervisor real, RealFlaw flaw) implements Hypervisor {
    @Override
    public DomainView domain(DomainUuid domain) {
        return flawed(real.domain(domain));
    }

    @Override
    public List<DomainView> domains() {
        return real.domains().stream().map(this::flawed).toList();
    }

    private DomainView flawed(DomainView view) {
        List<DomainDisk> disks = view.disks().stream()
                .map(disk -> new DomainDisk(
                        disk.target(),
                        disk.bus(),
                        disk.serial(),
                        disk.format(),
                        disk.path(),
                        disk.virtualSizeBytes(),
                        disk.imageIdentity().map(this::identity),
                        disk.untrackable()))
                .toList();
        return new DomainView(view.uuid(), view.name(), view.state(), disks);
    }

    private String identity(String identity) {
        return flaw == RealFlaw.LINEAGE_SKIPPED ? "the same" : identity;
    }

    @Override
    public Map<String, Map<String, BitmapView>> bitmaps(DomainUuid domain) {
        return flawed(real.bitmaps(domain));
    }

    @Override
    public Map<String, Map<String, BitmapView>> countedBitmaps(DomainUuid domain) {
        return flawed(real.countedBitmaps(domain));
    }

    private Map<String, Map<String, BitmapView>> flawed(Map<String, Map<String, BitmapView>> found) {
        if (flaw != RealFlaw.DISABLED_TAKEN) {
            return found;
        }
        Map<String, Map<String, BitmapView>> taken = new LinkedHashMap<>();
        found.forEach((target, bitmaps) -> {
            Map<String, BitmapView> ofDisk = new LinkedHashMap<>(bitmaps);
            ofDisk.replaceAll((_, view) -> view.state() == BitmapState.NOT_RECORDING
                    ? new BitmapView(BitmapState.RECORDING, view.granularityBytes(), view.dirtyBytes())
                    : view);
            taken.put(target, ofDisk);
        });
        return taken;
    }

    @Override
    public void beginBackup(DomainUuid domain, BackupOrder order) {
        if (flaw == RealFlaw.NEWEST_CHECKPOINT_TAKEN) {
            // the point's id counts the attempts
            Optional<String> newest = real.checkpoints(domain).stream()
                    .filter(name -> name.startsWith(BackupOrder.MARK)
                            && !Optional.of(name).equals(order.newCheckpoint()))
                    .max(Comparator.naturalOrder());
            real.beginBackup(domain, newest.map(name -> from(order, name)).orElse(order));
        } else {
            real.beginBackup(domain, order);
        }
    }

    private static BackupOrder from(BackupOrder order, String checkpoint) {
        List<BackupOrder.DiskOrder> disks = order.disks().stream()
                .map(disk -> new BackupOrder.DiskOrder(
                        disk.target(), disk.incrementalFrom().map(_ -> checkpoint), disk.isCheckpointed()))
                .toList();
        return new BackupOrder(order.point(), disks, order.nbdSocket(), order.scratchFolder());
    }

    @Override
    public void beginAtRest(DomainUuid domain, BackupOrder order, Instant takenAt) {
        real.beginAtRest(domain, order, takenAt);
    }

    @Override
    public void onChange(ChangeListener listener) {
        real.onChange(listener);
    }

    @Override
    public void defineDomain(String xml) {
        real.defineDomain(xml);
    }

    @Override
    public String domainXml(DomainUuid domain) {
        return real.domainXml(domain);
    }

    @Override
    public DomainFreeze freeze(DomainUuid domain, List<String> mountpoints) {
        return real.freeze(domain, mountpoints);
    }

    @Override
    public int thaw(DomainUuid domain) {
        return real.thaw(domain);
    }

    @Override
    public DomainJob runningJob(DomainUuid domain) {
        return real.runningJob(domain);
    }

    @Override
    public void makeScratch(DomainUuid domain, BackupOrder order) {
        real.makeScratch(domain, order);
    }

    @Override
    public String restStamp(DomainUuid domain) {
        return real.restStamp(domain);
    }

    @Override
    public DomainJob abortBackup(DomainUuid domain, RestorePointId point) {
        return real.abortBackup(domain, point);
    }

    @Override
    public List<String> checkpoints(DomainUuid domain) {
        return real.checkpoints(domain);
    }

    @Override
    public void deleteCheckpoint(DomainUuid domain, String checkpoint) {
        real.deleteCheckpoint(domain, checkpoint);
    }

    @Override
    public void resume(DomainUuid domain) {
        real.resume(domain);
    }

    @Override
    public DomainJobStatistics jobStatistics(DomainUuid domain) {
        return real.jobStatistics(domain);
    }

    @Override
    public GuestIo guestIo(DomainUuid domain) {
        return real.guestIo(domain);
    }
}
