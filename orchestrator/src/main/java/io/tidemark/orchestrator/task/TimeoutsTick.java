package io.tidemark.orchestrator.task;

import io.tidemark.orchestrator.host.Host;
import io.tidemark.orchestrator.host.Hosts;
import io.tidemark.orchestrator.tick.Tick;
import io.tidemark.schemas.id.HostId;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Ends every task by its deadline, whether or not anyone answers, and earlier if its host is silent for too long:
/// it would keep other hosts' tasks from being sent. `listensSince` moves once, as what was said while nobody
/// listened is still to be heard then.
@ApplicationScoped
final class TimeoutsTick implements Tick {
    private final TaskService tasks;
    private final TaskStore store;
    private final Hosts hosts;
    private final TaskSupplies supplies;
    private @Nullable Instant listensSince;

    TimeoutsTick(TaskService tasks, TaskStore store, Hosts hosts, TaskSupplies supplies) {
        this.tasks = tasks;
        this.store = store;
        this.hosts = hosts;
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
        Instant now = supplies.clock().instant();
        supplies.transactions().call(() -> store.overdue(now)).forEach(task -> tasks.timeOut(task.id()));
        Set<HostId> silent = silent(now);
        tasks.inFlight().stream()
                .filter(task -> task.host() != null && silent.contains(task.host()))
                .forEach(task -> tasks.lost(task.id()));
    }

    private Set<HostId> silent(Instant now) {
        Instant since = listensSince == null ? now : listensSince;
        listensSince = since;
        Instant limit = now.minus(supplies.limits().silenceMax());
        return supplies.transactions().call(hosts::all).stream()
                .filter(host -> isBefore(since, limit) && isBefore(host.lastHeardAt(), limit))
                .map(Host::id)
                .collect(Collectors.toSet());
    }

    private static boolean isBefore(@Nullable Instant moment, Instant limit) {
        return moment == null || moment.isBefore(limit);
    }
}
