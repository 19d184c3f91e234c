package io.tidemark.agent.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.agent.backup.HypervisorException.HypervisorUnavailable;
import io.tidemark.schemas.id.DomainUuid;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class GuestWatchTest {
    private static final BackupLimits.Rates.Guest LIMITS =
            new BackupLimits.Rates.Guest(Duration.ofMillis(20), 1_000_000);

    private final ScriptedHypervisor hypervisor = new ScriptedHypervisor();
    private final ScriptedDomain domain = new ScriptedDomain(new DomainUuid(new UUID(5, 5)), "vm");
    private final CountDownLatch never = new CountDownLatch(1);
    private final ReadRate rate = new ReadRate(Long.MAX_VALUE, System::nanoTime);

    GuestWatchTest() {
        hypervisor.add(domain);
    }

    private GuestWatch watch() {
        GuestWatch watch = GuestWatch.of(hypervisor, domain.uuid, System::nanoTime, rate, LIMITS);
        watch.start();
        return watch;
    }

    private void suffer(long millis) {
        domain.io = new GuestIo(
                domain.io.requests() + 100, domain.io.nanos() + 100 * TimeUnit.MILLISECONDS.toNanos(millis));
    }

    private void awaitLimit(boolean isLimited) throws InterruptedException {
        while (isLimited != rate.waitNanos(100_000) > 0) {
            never.await(10, TimeUnit.MILLISECONDS);
        }
    }

    @Test
    void aGuestThatSuffersIsReadSlowerUntilItIsWell() throws InterruptedException {
        try (GuestWatch _ = watch()) {
            suffer(100);
            awaitLimit(true);
            awaitLimit(false);
        }
    }

    @Test
    void aLookThatFailsIsMadeAgain() throws InterruptedException {
        hypervisor.failNext("guestIo", new HypervisorUnavailable("libvirt is gone"));
        hypervisor.failNext("guestIo", new HypervisorUnavailable("libvirt is gone"));
        try (GuestWatch _ = watch()) {
            suffer(100);
            awaitLimit(true);
        }
    }

    @Test
    void afterTheEndNobodyIsAsked() throws InterruptedException {
        var asked = new CountDownLatch(1);
        GuestWatch watch = watch();
        hypervisor.atNext("guestIo", asked::countDown);

        watch.close();

        assertThat(asked.await(700, TimeUnit.MILLISECONDS)).isFalse();
    }
}
