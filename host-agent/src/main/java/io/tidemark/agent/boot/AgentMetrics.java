package io.tidemark.agent.boot;

import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import io.tidemark.agent.command.CommandService;
import io.tidemark.agent.inventory.InventoryService;
import io.tidemark.schemas.event.AgentEvent;
import io.tidemark.schemas.event.AgentEvent.BackupCompleted;
import io.tidemark.schemas.event.AgentEvent.BackupFailed;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/// What Prometheus is told beyond what the libraries tell of themselves.
@Singleton
final class AgentMetrics {
    private static final String BACKUPS = "tidemark.agent.backups";

    private final MeterRegistry registry;

    AgentMetrics(MeterRegistry registry) {
        this.registry = registry;
        registry.counter(BACKUPS, "outcome", "completed");
    }

    void started(@Observes StartupEvent event, CommandService commands, InventoryService inventory) {
        registry.gauge("tidemark.agent.running", commands, CommandService::runningCount);
        registry.gauge("tidemark.agent.hypervisor.reachable", inventory, each -> each.isHypervisorReachable() ? 1 : 0);
    }

    /// Counts what ended.
    void reported(AgentEvent event) {
        if (event instanceof BackupCompleted) {
            registry.counter(BACKUPS, "outcome", "completed").increment();
        } else if (event instanceof BackupFailed failed) {
            registry.counter(BACKUPS, "outcome", failed.reason().code()).increment();
        }
    }
}
