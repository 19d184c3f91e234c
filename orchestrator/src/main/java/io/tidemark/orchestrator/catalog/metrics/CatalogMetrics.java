package io.tidemark.orchestrator.catalog.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.tidemark.orchestrator.outbox.Transactions;
import io.tidemark.orchestrator.tick.Tick;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.Tuple;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.hibernate.Session;

/// `tidemark_restore_points`, and `tidemark_last_success_timestamp_seconds` for each VM: the instant of its newest
/// point, so that an alert on its age needs no knowledge of schedules.
@ApplicationScoped
final class CatalogMetrics implements Tick {
    private static final String COUNT = "select count(*) from point_copy where state = 'AVAILABLE'";
    private static final String NEWEST = """
            select v.id as id, v.name as name, cast(max(extract(epoch from p.taken_at)) as double precision) as newest
            from restore_point p join vm v on v.id = p.vm_id group by v.id, v.name""";

    private final Session session;
    private final Transactions transactions;
    private final AtomicLong points;
    private final MultiGauge newest;

    CatalogMetrics(Session session, Transactions transactions, MeterRegistry registry) {
        this.session = session;
        this.transactions = transactions;
        this.points = registry.gauge("tidemark.restore.points", new AtomicLong());
        this.newest = MultiGauge.builder("tidemark.last.success.timestamp.seconds")
                .description("When the newest restore point of the VM was taken")
                .register(registry);
    }

    @Override
    public String name() {
        return "catalog-metrics";
    }

    @Override
    public Duration every() {
        return Duration.ofSeconds(5);
    }

    @Override
    public void run() {
        transactions.run(() -> {
            points.set(session.createNativeQuery(COUNT, Long.class).getSingleResult());
            List<MultiGauge.Row<Number>> rows = session.createNativeQuery(NEWEST, Tuple.class)
                    .getResultStream()
                    .map(CatalogMetrics::row)
                    .toList();
            newest.register(rows, true);
        });
    }

    private static MultiGauge.Row<Number> row(Tuple vm) {
        Tags tags =
                Tags.of("vm", vm.get("id").toString(), "name", vm.get("name").toString());
        return MultiGauge.Row.of(tags, (Number) vm.get("newest"));
    }
}
