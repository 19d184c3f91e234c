package io.tidemark.orchestrator.task.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.tidemark.orchestrator.outbox.Transactions;
import io.tidemark.orchestrator.task.TaskListener;
import io.tidemark.orchestrator.tick.Tick;
import io.tidemark.schemas.id.RestorePointId;
import io.tidemark.schemas.id.TaskId;
import io.tidemark.schemas.vocabulary.FailureReason;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.Tuple;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.hibernate.Session;
import org.jspecify.annotations.Nullable;

/// `tidemark_tasks` by state, and `tidemark_task_failures_total` by reason since the start of the process.
@ApplicationScoped
final class TaskMetrics implements Tick, TaskListener {
    private static final String BY_STATE = "select state as state, count(*) as count from task group by state";

    private final Session session;
    private final Transactions transactions;
    private final MeterRegistry registry;
    private final MultiGauge tasks;

    TaskMetrics(Session session, Transactions transactions, MeterRegistry registry) {
        this.session = session;
        this.transactions = transactions;
        this.registry = registry;
        this.tasks = MultiGauge.builder("tidemark.tasks").register(registry);
    }

    @Override
    public String name() {
        return "task-metrics";
    }

    @Override
    public Duration every() {
        return Duration.ofSeconds(5);
    }

    @Override
    public void run() {
        transactions.run(() -> {
            List<MultiGauge.Row<Number>> rows = session.createNativeQuery(BY_STATE, Tuple.class)
                    .getResultStream()
                    .map(TaskMetrics::row)
                    .toList();
            tasks.register(rows, true);
        });
    }

    private static MultiGauge.Row<Number> row(Tuple row) {
        String state = row.get("state").toString().toLowerCase(Locale.ROOT);
        return MultiGauge.Row.of(Tags.of("state", state), (Number) row.get("count"));
    }

    @Override
    public void created(TaskId task, RestorePointId point) {
        // the next turn counts it
    }

    @Override
    public void durable(TaskId task, RestorePointId point) {
        // the next turn counts it
    }

    @Override
    public void failed(TaskId task, FailureReason reason, @Nullable String detail) {
        registry.counter("tidemark.task.failures", "reason", reason.code()).increment();
    }
}
