package io.tidemark.orchestrator.task;

import io.tidemark.orchestrator.tick.Tick;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;

/// Ends every task by its deadline, whether or not anyone answers.
@ApplicationScoped
final class TimeoutsTick implements Tick {
    private final TaskService tasks;
    private final TaskStore store;
    private final TaskSupplies supplies;

    TimeoutsTick(TaskService tasks, TaskStore store, TaskSupplies supplies) {
        this.tasks = tasks;
        this.store = store;
        this.supplies = supplies;
    }

    @Override
    public String name() {
        return "timeouts";
    }

    @Override
    public Duration every() {
        return supplies.limits().timeoutsEvery();
    }

    @Override
    public void run() {
        supplies.transactions()
                .call(() -> store.overdue(supplies.clock().instant()))
                .forEach(task -> tasks.timeOut(task.id()));
    }
}
