package io.tidemark.orchestrator.outbox.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.tidemark.orchestrator.outbox.Transactions;
import io.tidemark.orchestrator.tick.Tick;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.hibernate.Session;

/// `tidemark_outbox_rows`: messages that were decided and are not sent yet. It rises while the broker is away.
@ApplicationScoped
final class OutboxMetrics implements Tick {
    private final Session session;
    private final Transactions transactions;
    private final AtomicLong rows;

    OutboxMetrics(Session session, Transactions transactions, MeterRegistry registry) {
        this.session = session;
        this.transactions = transactions;
        this.rows = registry.gauge("tidemark.outbox.rows", new AtomicLong());
    }

    @Override
    public String name() {
        return "outbox-metrics";
    }

    @Override
    public Duration every() {
        return Duration.ofSeconds(5);
    }

    @Override
    public void run() {
        rows.set(transactions.call(() -> session.createNativeQuery("select count(*) from outbox", Long.class)
                .getSingleResult()));
    }
}
