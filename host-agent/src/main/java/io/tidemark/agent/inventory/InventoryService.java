package io.tidemark.agent.inventory;

import io.tidemark.agent.backup.ChangeListener;
import io.tidemark.agent.backup.Hypervisor;
import io.tidemark.agent.backup.HypervisorException;
import io.tidemark.agent.backup.HypervisorException.HypervisorUnavailable;
import io.tidemark.schemas.command.AgentCommand.ObserveVm;
import io.tidemark.schemas.event.AgentEvent;
import io.tidemark.schemas.event.AgentEvent.InventoryReported;
import io.tidemark.schemas.event.AgentEvent.VmObserved;
import io.tidemark.schemas.event.AgentEvent.VmReport;
import io.tidemark.schemas.id.DomainUuid;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Looks at the host whenever the hypervisor tells of a change, and again and again for what it does not tell, on a
/// thread of its own; reports what it sees when it differs, when asked and now and then. Fields that are not final
/// are what was seen last; only the volatile ones are read by other threads.
public final class InventoryService implements ChangeListener, AutoCloseable {
    private static final Logger LOG = Logger.getLogger(InventoryService.class);
    private static final int SLOW_MILLIS = 2000;
    /// Each takes one of the threads that libvirt is called on.
    private static final int QUESTIONS_MAX = 4;
    /// Changes come in bunches, and one look sees them all.
    private static final int GATHER_MILLIS = 100;

    private final Hypervisor hypervisor;
    private final VmLook look;
    private final Consumer<AgentEvent> news;
    private final InventorySettings settings;
    private final LongSupplier clockMillis;
    private final Semaphore questions = new Semaphore(QUESTIONS_MAX);
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Semaphore nudges = new Semaphore(0);
    private final AtomicBoolean isReportWished = new AtomicBoolean();
    private final Thread thread = Thread.ofPlatform().daemon().name("inventory").unstarted(this::lookAgainAndAgain);
    private volatile boolean isReachable;
    private @Nullable InventoryReported last;
    private long lastSentMillis;
    private int failuresInARow;

    /// @param news takes inventories, of which only the newest counts
    /// @param clockMillis never goes back
    public InventoryService(
            Hypervisor hypervisor,
            VmLook look,
            Consumer<AgentEvent> news,
            InventorySettings settings,
            LongSupplier clockMillis) {
        this.hypervisor = hypervisor;
        this.look = look;
        this.news = news;
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
    @Override
    public void changed() {
        nudges.release();
    }

    @Override
    public void started(DomainUuid domain) {
        look.started(domain);
    }

    @Override
    public void died(DomainUuid domain) {
        look.died(domain);
    }

    @Override
    public void reverted(DomainUuid domain) {
        look.reverted(domain);
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
        long beganMillis = clockMillis.getAsLong();
        hypervisor.settleMigrations();
        List<VmLook.Seen> seen = hypervisor.domains().stream().map(look::look).toList();
        List<VmReport> vms =
                seen.stream().map(look::worth).map(InventoryService::uncounted).toList();
        InventoryReported now = new InventoryReported(settings.hostName(), vms);
        boolean isDue = clockMillis.getAsLong() - lastSentMillis
                >= settings.atLeastEvery().toMillis();
        long tookMillis = clockMillis.getAsLong() - beganMillis;
        if (tookMillis > SLOW_MILLIS) {
            LOG.infof("a look at %d domains took %d ms: what changes is told as late", vms.size(), tookMillis);
        }
        if (isWished || isDue || !now.equals(last)) {
            news.accept(now);
            last = now;
            lastSentMillis = clockMillis.getAsLong();
        }
    }

    private static VmReport uncounted(VmReport vm) {
        return new VmReport(
                vm.domain(),
                vm.name(),
                vm.state(),
                vm.disks().stream().map(VmLook::uncounted).toList(),
                vm.checkpoints());
    }

    /// Looks at one VM now and says what was seen. May take as long as the hypervisor takes.
    public VmObserved observe(ObserveVm question) {
        if (!questions.tryAcquire()) {
            return new VmObserved(
                    question.query(), question.domain(), null, "more than " + QUESTIONS_MAX + " questions at once");
        }
        try {
            VmReport report = look.countedReport(hypervisor.domain(question.domain()));
            return new VmObserved(question.query(), question.domain(), report, null);
        } catch (HypervisorException unseen) {
            return new VmObserved(question.query(), question.domain(), null, unseen.getMessage());
        } finally {
            questions.release();
        }
    }
}
