package io.tidemark.agent.backup;

import io.tidemark.schemas.id.DomainUuid;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jboss.logging.Logger;

/// Looks at a guest while its disks are read, and has them read slower or faster by what its requests take. A look
/// that fails changes nothing. On a thread of its own, as the hypervisor may take its time to answer.
final class GuestWatch implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(GuestWatch.class);
    private static final int BETWEEN_LOOKS_MILLIS = 500;

    private final Hypervisor hypervisor;
    private final DomainUuid domain;
    private final LongSupplier nanos;
    private final ReadRate rate;
    private final GuestPace pace;
    private final Thread thread;
    private final CountDownLatch closed = new CountDownLatch(1);
    private long lookedAtNanos;
    private long readBytes;
    private boolean isSlow;

    private GuestWatch(Hypervisor hypervisor, DomainUuid domain, LongSupplier nanos, ReadRate rate, GuestPace pace) {
        this.hypervisor = hypervisor;
        this.domain = domain;
        this.nanos = nanos;
        this.rate = rate;
        this.pace = pace;
        this.thread = Thread.ofVirtual().name("guest-watch-" + domain).unstarted(this::watch);
    }

    /// To be made before the job begins: what the guest's requests took up to now is what they take normally.
    ///
    /// @param rate is the disks', and changes once it is started
    static GuestWatch of(
            Hypervisor hypervisor,
            DomainUuid domain,
            LongSupplier nanos,
            ReadRate rate,
            BackupLimits.Rates.Guest limits) {
        return new GuestWatch(hypervisor, domain, nanos, rate, new GuestPace(limits, normal(hypervisor, domain)));
    }

    /// To be called once, when the disks begin to be read.
    void start() {
        thread.start();
    }

    private static GuestIo normal(Hypervisor hypervisor, DomainUuid domain) {
        try {
            return hypervisor.guestIo(domain);
        } catch (RuntimeException unseen) {
            LOG.debugf("what the guest's requests take normally is unknown: %s", unseen.getMessage());
            return GuestIo.NONE;
        }
    }

    private void watch() {
        lookedAtNanos = nanos.getAsLong();
        try {
            while (!closed.await(BETWEEN_LOOKS_MILLIS, TimeUnit.MILLISECONDS)) {
                look();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void look() {
        GuestIo total;
        try {
            total = hypervisor.guestIo(domain);
        } catch (RuntimeException unseen) {
            LOG.debugf("what the guest's requests take is unknown: %s", unseen.getMessage());
            return;
        }
        long now = nanos.getAsLong();
        long read = rate.readBytes();
        rate.limit(pace.look(total, read - readBytes, now - lookedAtNanos));
        lookedAtNanos = now;
        readBytes = read;
        tell();
    }

    private void tell() {
        boolean wasSlow = isSlow;
        isSlow = pace.isSlow();
        if (isSlow && !wasSlow) {
            LOG.infof("guest's requests take long, so its disks are read slower: %s domain=%s", pace, domain);
        } else if (wasSlow && !isSlow) {
            LOG.infof("disks are read as fast as before: %s domain=%s", pace, domain);
        }
    }

    /// A look under way may end later, and changes only a rate that nobody reads by any more.
    @Override
    public void close() {
        closed.countDown();
    }
}
