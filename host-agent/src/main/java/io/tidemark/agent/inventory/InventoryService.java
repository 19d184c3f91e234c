package io.tidemark.agent.inventory;

import io.tidemark.agent.backup.DomainDisk;
import io.tidemark.agent.backup.DomainView;
import io.tidemark.agent.backup.Hypervisor;
import io.tidemark.agent.backup.HypervisorException;
import io.tidemark.agent.backup.HypervisorException.HypervisorUnavailable;
import io.tidemark.schemas.event.AgentEvent;
import io.tidemark.schemas.event.AgentEvent.DiskReport;
import io.tidemark.schemas.event.AgentEvent.InventoryReported;
import io.tidemark.schemas.event.AgentEvent.VmReport;
import io.tidemark.schemas.vocabulary.ImageFormat;
import io.tidemark.schemas.vocabulary.VmState;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Looks at the host whenever the hypervisor tells of a change, and again and again for what it does not tell, on a
/// thread of its own; reports what it sees when it differs, when asked and now and then, and tells the loss of a
/// bitmap once. Fields that are not final are what was seen last; only the
/// volatile ones are read by other threads.
public final class InventoryService implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(InventoryService.class);
    private static final String OUR_CHECKPOINTS = "tidemark-";
    /// Looking at a checkpoint costs one question to QEMU.
    private static final int CHECKPOINTS_LOOKED_AT_MAX = 16;
    /// Changes come in bunches, and one look sees them all.
    private static final int GATHER_MILLIS = 100;

    private final Hypervisor hypervisor;
    private final EventDesk events;
    private final InventorySettings settings;
    private final LongSupplier clockMillis;
    private final BitmapWatch bitmaps = new BitmapWatch();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Semaphore nudges = new Semaphore(0);
    private final AtomicBoolean isReportWished = new AtomicBoolean();
    private final Thread thread = Thread.ofPlatform().daemon().name("inventory").unstarted(this::lookAgainAndAgain);
    private volatile boolean isReachable;
    private @Nullable InventoryReported last;
    private long lastSentMillis;
    private int failuresInARow;

    /// Where the events go.
    public interface EventDesk {
        /// An inventory: only the newest counts.
        void tell(AgentEvent event);

        /// A loss: must arrive.
        void publish(AgentEvent event);
    }

    /// @param clockMillis never goes back
    public InventoryService(
            Hypervisor hypervisor, EventDesk events, InventorySettings settings, LongSupplier clockMillis) {
        this.hypervisor = hypervisor;
        this.events = events;
        this.settings = settings;
        this.clockMillis = clockMillis;
    }

    public void start() {
        thread.start();
    }

    /// Whether the hypervisor answered when it was asked last. Does not ask it.
    public boolean isHypervisorReachable() {
        return isReachable;
    }

    /// Has the inventory sent, whether it differs or not, as soon as the hypervisor answers. Does not wait for it.
    public void requestReport() {
        isReportWished.set(true);
        nudges.release();
    }

    /// Has the host looked at soon. Does not wait for it.
    public void lookSoon() {
        nudges.release();
    }

    @Override
    public void close() {
        closed.countDown();
        thread.interrupt();
    }

    private void lookAgainAndAgain() {
        try {
            while (closed.getCount() > 0) {
                boolean isWished = isReportWished.getAndSet(false);
                if (!hasLooked(isWished)) {
                    isReportWished.set(true);
                }
                if (nudges.tryAcquire(settings.every().toMillis(), TimeUnit.MILLISECONDS)) {
                    var _ = closed.await(GATHER_MILLIS, TimeUnit.MILLISECONDS);
                    nudges.drainPermits();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// One look. False if a wished report could not be sent.
    boolean hasLooked(boolean isWished) {
        try {
            look(isWished);
            if (!isReachable) {
                LOG.info("the hypervisor answers");
            }
            isReachable = true;
            failuresInARow = 0;
            return true;
        } catch (HypervisorUnavailable away) {
            isReachable = false;
            if (failuresInARow++ == 0) {
                LOG.warnf("the hypervisor does not answer: %s", away.getMessage());
            }
        } catch (RuntimeException skipped) {
            LOG.warn("a look at the host was skipped", skipped);
        }
        return !isWished;
    }

    private void look(boolean isWished) {
        List<VmReport> vms = new ArrayList<>();
        List<AgentEvent> lost = new ArrayList<>();
        for (DomainView domain : hypervisor.domains()) {
            List<String> checkpoints = checkpoints(domain);
            vms.add(report(domain, checkpoints));
            lost.addAll(lostBitmaps(domain, checkpoints));
        }
        InventoryReported now = new InventoryReported(settings.hostName(), vms);
        boolean isDue = clockMillis.getAsLong() - lastSentMillis
                >= settings.atLeastEvery().toMillis();
        if (isWished || isDue || !now.equals(last)) {
            events.tell(now);
            last = now;
            lastSentMillis = clockMillis.getAsLong();
        }
        lost.forEach(events::publish);
    }

    private List<String> checkpoints(DomainView domain) {
        try {
            return hypervisor.checkpoints(domain.uuid()).stream().sorted().toList();
        } catch (HypervisorUnavailable away) {
            throw away;
        } catch (HypervisorException gone) {
            return List.of();
        }
    }

    private List<? extends AgentEvent> lostBitmaps(DomainView domain, List<String> checkpoints) {
        bitmaps.keepOnly(domain.uuid(), checkpoints);
        if (domain.state() == VmState.OFF) {
            return List.of();
        }
        return checkpoints.stream()
                .filter(name -> name.startsWith(OUR_CHECKPOINTS))
                .limit(CHECKPOINTS_LOOKED_AT_MAX)
                .flatMap(name -> lostBitmaps(domain, name).stream())
                .toList();
    }

    private List<? extends AgentEvent> lostBitmaps(DomainView domain, String checkpoint) {
        try {
            return bitmaps.looked(domain.uuid(), checkpoint, hypervisor.bitmapStates(domain.uuid(), checkpoint));
        } catch (HypervisorUnavailable away) {
            throw away;
        } catch (HypervisorException notNow) {
            LOG.debugf("bitmaps of %s of domain %s: not looked at: %s", checkpoint, domain.uuid(), notNow.getMessage());
            return List.of();
        }
    }

    private static VmReport report(DomainView domain, List<String> checkpoints) {
        return new VmReport(
                domain.uuid(),
                domain.name(),
                domain.state(),
                domain.disks().stream().map(InventoryService::report).toList(),
                checkpoints);
    }

    private static DiskReport report(DomainDisk disk) {
        return new DiskReport(
                disk.target(),
                disk.serial().orElse(null),
                disk.format().equals("qcow2") ? ImageFormat.QCOW2 : ImageFormat.RAW,
                disk.virtualSizeBytes().orElse(0),
                disk.imageIdentity().orElse("unknown"),
                disk.isTrackable(),
                disk.untrackable().orElse(null));
    }
}
