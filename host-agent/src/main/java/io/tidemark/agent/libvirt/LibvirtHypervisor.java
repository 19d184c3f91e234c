package io.tidemark.agent.libvirt;

import io.tidemark.agent.backup.BackupOrder;
import io.tidemark.agent.backup.BitmapView;
import io.tidemark.agent.backup.ChangeListener;
import io.tidemark.agent.backup.DomainFreeze;
import io.tidemark.agent.backup.DomainJob;
import io.tidemark.agent.backup.DomainJobStatistics;
import io.tidemark.agent.backup.DomainView;
import io.tidemark.agent.backup.GuestIo;
import io.tidemark.agent.backup.Hypervisor;
import io.tidemark.agent.backup.HypervisorException;
import io.tidemark.agent.backup.HypervisorException.DomainBusy;
import io.tidemark.agent.backup.HypervisorException.DomainMoved;
import io.tidemark.agent.backup.HypervisorException.HypervisorUnavailable;
import io.tidemark.agent.backup.HypervisorException.RequestRefused;
import io.tidemark.schemas.id.DomainUuid;
import io.tidemark.schemas.id.RestorePointId;
import io.tidemark.schemas.vocabulary.VmState;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jboss.logging.Logger;
import org.libvirt.Domain;
import org.libvirt.DomainJobStats;
import org.libvirt.Error.ErrorNumber;
import org.libvirt.LibvirtException;
import org.libvirt.TidemarkBridge;

/// The hypervisor port over libvirt 9.0 or newer. Bitmaps and what requests take are asked of QEMU itself
/// (`query-block`, `query-blockstats`), which marks the domain as tainted by a custom monitor command and does
/// nothing else.
public final class LibvirtHypervisor implements Hypervisor, AutoCloseable {
    private static final Logger LOG = Logger.getLogger(LibvirtHypervisor.class);
    private static final int JOB_END_POLLS_MAX = 250;
    private static final int JOB_END_POLL_MILLIS = 20;
    /// From `virDomainBackupBeginFlags`.
    private static final int BEGIN_REUSE_EXTERNAL = 1;

    private final LibvirtConnection libvirt;
    private final RestingImages resting = new RestingImages();
    private final Checkpoints checkpoints = new Checkpoints(resting);
    private final DomainViews look = new DomainViews(resting);
    private final MigratedDomains migrated = new MigratedDomains();

    /// @param uri as libvirt's clients take it, `qemu:///system` mostly
    /// @param callsMax how many native calls may run at once
    /// @param callLimit how long one may take; libvirt itself waits 30 s for a domain's job slot
    public LibvirtHypervisor(String uri, int callsMax, Duration callLimit) {
        this.libvirt = new LibvirtConnection(uri, callsMax, callLimit);
    }

    /// Opens the connection and loads the native code now instead of with the first call. Beyond the port: only the
    /// guard asks, before it is needed.
    public void connect() {
        libvirt.call("connect", connect -> TidemarkBridge.load() && connect.isAlive());
    }

    @Override
    public void onChange(ChangeListener listener) {
        libvirt.onChange(listener);
    }

    @Override
    public List<DomainView> domains() {
        return views("list domains", migrated::isHere);
    }

    @Override
    public List<DomainView> departed() {
        return views("list departed domains", domain -> !migrated.isHere(domain));
    }

    /// Which domains are wanted.
    private interface Choice {
        boolean has(Domain domain) throws LibvirtException;
    }

    private List<DomainView> views(String what, Choice wanted) {
        return libvirt.call(what, connect -> {
            List<DomainView> views = new ArrayList<>();
            for (Domain domain : connect.listAllDomains(0)) {
                try {
                    if (wanted.has(domain)) {
                        views.add(look.view(domain));
                    }
                } catch (LibvirtException e) {
                    if (e.getError().getCode() != ErrorNumber.VIR_ERR_NO_DOMAIN) {
                        throw e;
                    }
                }
            }
            views.sort(Comparator.comparing(DomainView::name));
            return List.copyOf(views);
        });
    }

    @Override
    public DomainView domain(DomainUuid domain) {
        return libvirt.onDomain("inventory", domain, handle -> {
            if (!migrated.isHere(handle)) {
                throw new DomainMoved("domain " + handle.getName() + " " + domain
                        + ": expected it on this host, found its migration " + Migration.of(handle));
            }
            return look.view(handle);
        });
    }

    @Override
    public void settleMigrations() {
        List<DomainUuid> unsettled = libvirt.call("list migrated domains", migrated::unsettled);
        for (DomainUuid domain : unsettled) {
            try {
                libvirt.onDomain("settle migration", domain, migrated::settle);
            } catch (HypervisorUnavailable away) {
                throw away;
            } catch (HypervisorException notNow) {
                LOG.warnf("checkpoints of a domain that was migrated wait: %s", notNow.getMessage());
            }
        }
    }

    @Override
    public String domainXml(DomainUuid domain) {
        return libvirt.onDomain("definition", domain, handle -> handle.getXMLDesc(0));
    }

    @Override
    public void defineDomain(String xml) {
        libvirt.call("define domain", connect -> connect.domainDefineXML(xml));
    }

    @Override
    public DomainFreeze freeze(DomainUuid domain, List<String> mountpoints) {
        return libvirt.onDomain("freeze", domain, handle -> {
            try {
                return new DomainFreeze.Frozen(TidemarkBridge.freeze(handle, mountpoints));
            } catch (LibvirtException e) {
                return unfrozen(e);
            }
        });
    }

    private static DomainFreeze unfrozen(LibvirtException e) throws LibvirtException {
        return LibvirtErrors.unfrozen(e.getError().getCode(), String.valueOf(e.getMessage()))
                .orElseThrow(() -> e);
    }

    @Override
    public int thaw(DomainUuid domain) {
        return libvirt.onDomain("thaw", domain, TidemarkBridge::thaw);
    }

    @Override
    public DomainJob runningJob(DomainUuid domain) {
        return libvirt.onDomain("job", domain, LibvirtHypervisor::job);
    }

    private static DomainJob job(Domain domain) throws LibvirtException {
        if (domain.isActive() == 0) {
            return new DomainJob.None();
        }
        try {
            return BackupXml.mark(domain.getBackupXMLDesc(0))
                    .<DomainJob>map(DomainJob.OurBackup::new)
                    .orElseGet(() -> new DomainJob.Foreign("backup"));
        } catch (LibvirtException e) {
            if (e.getError().getCode() != ErrorNumber.VIR_ERR_NO_DOMAIN_BACKUP) {
                throw e;
            }
        }
        return otherJob(domain);
    }

    /// A backup job that is just being set up or taken down has no XML and no figures: libvirt 9.0 answers
    /// "internal error: backup job data missing" then. Whose it is cannot be told, so it is nobody's of ours.
    private static DomainJob otherJob(Domain domain) throws LibvirtException {
        try {
            DomainJobStats job = domain.getJobStats(0);
            return job.type == 0 ? new DomainJob.None() : new DomainJob.Foreign(JobFigures.kind(job));
        } catch (LibvirtException e) {
            if (beginsOrEnds(e)) {
                return new DomainJob.Foreign("backup that begins or ends");
            }
            throw e;
        }
    }

    private static boolean beginsOrEnds(LibvirtException e) {
        return e.getError().getCode() == ErrorNumber.VIR_ERR_INTERNAL_ERROR;
    }

    @Override
    public void makeScratch(DomainUuid domain, BackupOrder order) {
        if (checkpoints(domain).contains(BackupOrder.checkpointName(order.point()))) {
            return; // the point was taken before, and no scratch makes it free again
        }
        Map<Path, Long> sizesBytes = libvirt.onDomain("sizes of disks", domain, handle -> {
            Map<Path, Long> known = new HashMap<>();
            for (DomainXml.Disk disk : DomainXml.disks(handle.getName(), handle.getXMLDesc(0))) {
                DomainViews.virtualSize(handle, disk).ifPresent(size -> known.put(order.scratch(disk.target()), size));
            }
            return known;
        });
        List<Path> wanted = scratch(order);
        if (sizesBytes.keySet().containsAll(wanted)) {
            sizesBytes.keySet().retainAll(wanted);
            ScratchImages.make(sizesBytes);
        }
    }

    private static List<Path> scratch(BackupOrder order) {
        return order.disks().stream().map(disk -> order.scratch(disk.target())).toList();
    }

    @Override
    public void beginBackup(DomainUuid domain, BackupOrder order) {
        List<Path> made = scratch(order).stream().filter(Files::exists).toList();
        if (made.size() == order.disks().size()) {
            try {
                begin(domain, order, BEGIN_REUSE_EXTERNAL);
                return;
            } catch (RequestRefused refused) {
                LOG.warnf("scratch images are left to libvirt, which does not take ours: %s", refused.getMessage());
                deleteCheckpoint(domain, BackupOrder.checkpointName(order.point()));
            }
        }
        made.forEach(ScratchImages::delete);
        begin(domain, order, 0);
    }

    private void begin(DomainUuid domain, BackupOrder order, int flags) {
        libvirt.onDomain("begin backup " + order.point(), domain, handle -> {
            requireNoJob("begin backup", handle);
            QemuTop.onKnownImages(handle)
                    .backupBegin(
                            BackupXml.backup(order), BackupXml.checkpoint(order).orElse(null), flags);
            return order;
        });
    }

    /// The guest may be frozen now, and libvirt would wait 30 s for the slot and then say little.
    static void requireNoJob(String what, Domain domain) throws LibvirtException {
        if (otherJob(domain) instanceof DomainJob.Foreign(String kind)) {
            throw new DomainBusy(what + " of domain " + domain.getName() + ": expected no job, found a " + kind);
        }
    }

    @Override
    public void requireKnownImages(DomainUuid domain) {
        libvirt.onDomain("images", domain, QemuTop::onKnownImages);
    }

    @Override
    public void beginAtRest(DomainUuid domain, BackupOrder order, Instant takenAt) {
        libvirt.onDomain("begin backup at rest " + order.point(), domain, handle -> {
            checkpoints.beginAtRest(handle, order, takenAt);
            return order;
        });
    }

    @Override
    public String restStamp(DomainUuid domain) {
        return libvirt.onDomain("images at rest", domain, checkpoints::restStamp);
    }

    @Override
    public DomainJob abortBackup(DomainUuid domain, RestorePointId point) {
        DomainJob found = runningJob(domain);
        if (found instanceof DomainJob.OurBackup ours && ours.point().equals(point)) {
            abort(domain, ours);
        }
        return found;
    }

    private void abort(DomainUuid domain, DomainJob.OurBackup job) {
        List<Path> scratch = libvirt.onDomain("abort backup", domain, handle -> {
            List<Path> ours = scratch(handle);
            abort(handle);
            return ours;
        });
        awaitEnd(domain, job);
        scratch.forEach(ScratchImages::delete); // libvirt deletes only those that it has made
    }

    private static List<Path> scratch(Domain domain) throws LibvirtException {
        try {
            return BackupXml.scratch(domain.getBackupXMLDesc(0));
        } catch (LibvirtException e) {
            if (e.getError().getCode() == ErrorNumber.VIR_ERR_NO_DOMAIN_BACKUP) {
                return List.of(); // it ended by itself meanwhile
            }
            throw e;
        }
    }

    private static int abort(Domain domain) throws LibvirtException {
        try {
            return domain.abortJob();
        } catch (LibvirtException e) {
            if (e.getError().getCode() == ErrorNumber.VIR_ERR_OPERATION_INVALID) {
                return 0; // it ended by itself meanwhile
            }
            throw e;
        }
    }

    private void awaitEnd(DomainUuid domain, DomainJob job) {
        var never = new CountDownLatch(1);
        try {
            for (int poll = 0; poll < JOB_END_POLLS_MAX; poll++) {
                if (!runningJob(domain).equals(job)) {
                    return;
                }
                never.await(JOB_END_POLL_MILLIS, TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new DomainBusy("abort backup of domain " + domain + ": expected the job to end, found " + job);
    }

    @Override
    public List<String> checkpoints(DomainUuid domain) {
        return libvirt.onDomain("checkpoints", domain, handle -> List.of(handle.checkpointListNames()));
    }

    @Override
    public Map<String, Map<String, BitmapView>> bitmaps(DomainUuid domain) {
        return bitmaps(domain, resting::bitmaps);
    }

    @Override
    public Map<String, Map<String, BitmapView>> countedBitmaps(DomainUuid domain) {
        return bitmaps(domain, resting::countedBitmaps);
    }

    /// A QEMU that opens an image marks its bitmaps as not closed, and its domain is active before.
    private Map<String, Map<String, BitmapView>> bitmaps(
            DomainUuid domain, Function<List<DomainXml.Disk>, Map<String, Map<String, BitmapView>>> inImages) {
        return libvirt.onDomain("bitmaps", domain, handle -> {
            var disks = DomainXml.disks(handle.getName(), handle.getXMLDesc(0));
            if (handle.isActive() == 1) {
                return BlockQuery.bitmaps(handle.qemuMonitorCommand(BlockQuery.COMMAND, 0), disks);
            }
            Map<String, Map<String, BitmapView>> found = inImages.apply(disks);
            if (handle.isActive() == 1) {
                throw new DomainBusy("bitmaps of domain " + handle.getName() + ": expected it off, found it started");
            }
            return found;
        });
    }

    @Override
    public void deleteCheckpoint(DomainUuid domain, String checkpoint) {
        libvirt.onDomain("delete checkpoint " + checkpoint, domain, handle -> checkpoints.delete(handle, checkpoint));
    }

    @Override
    public void resume(DomainUuid domain) {
        libvirt.onDomain("resume", domain, handle -> {
            if (DomainViews.state(handle) == VmState.PAUSED) {
                handle.resume();
            }
            return domain;
        });
    }

    /// Whether QEMU paused the guest because a write failed, as it does when the scratch space is full. Beyond the
    /// port: only the guard asks.
    public boolean isPausedByWriteError(DomainUuid domain) {
        return libvirt.onDomain("state", domain, TidemarkBridge::isPausedByIoError);
    }

    /// Whether the guest stands still by somebody's order, and not by an error. Beyond the port: only the guard
    /// asks.
    public boolean isPausedByOrder(DomainUuid domain) {
        return libvirt.onDomain("state", domain, TidemarkBridge::isPausedByOrder);
    }

    @Override
    public DomainJobStatistics jobStatistics(DomainUuid domain) {
        return libvirt.onDomain("job statistics", domain, handle -> {
            try {
                DomainJobStats job = handle.getJobStats(0);
                return new DomainJobStatistics(
                        JobFigures.figure(job, "disk_temp_used"), JobFigures.figure(job, "disk_temp_total"));
            } catch (LibvirtException e) {
                if (beginsOrEnds(e)) {
                    return new DomainJobStatistics(0, 0); // it holds no scratch yet, or none any more
                }
                throw e;
            }
        });
    }

    @Override
    public GuestIo guestIo(DomainUuid domain) {
        return libvirt.onDomain(
                "figures of disks",
                domain,
                handle -> BlockStatistics.guestIo(handle.qemuMonitorCommand(BlockStatistics.COMMAND, 0)));
    }

    /// Closes the connection; calls that hang are left to their daemon threads.
    @Override
    public void close() {
        try {
            libvirt.close();
        } catch (HypervisorException alreadyGone) {
            // nothing is left to close
        }
    }
}
