package io.tidemark.orchestrator.host.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.tidemark.orchestrator.host.Hosts;
import io.tidemark.orchestrator.outbox.Transactions;
import io.tidemark.orchestrator.tick.Tick;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;

/// `tidemark_hosts_connected`: hosts whose agents hold a granted session.
@ApplicationScoped
final class HostMetrics implements Tick {
    private final Hosts hosts;
    private final Transactions transactions;
    private final Clock clock;
    private final AtomicLong connected;

    HostMetrics(Hosts hosts, Transactions transactions, Clock clock, MeterRegistry registry) {
        this.hosts = hosts;
        this.transactions = transactions;
        this.clock = clock;
        this.connected = registry.gauge("tidemark.hosts.connected", new AtomicLong());
    }

    @Override
    public String name() {
        return "host-metrics";
    }

    @Override
    public Duration every() {
        return Duration.ofSeconds(5);
    }

    @Override
    public void run() {
        Instant now = clock.instant();
        connected.set(transactions.call(
                () -> hosts.all().stream().filter(host -> host.isGranted(now)).count()));
    }
}
