package io.tidemark.agent.boot;

import io.tidemark.agent.backup.BackupService;
import io.tidemark.agent.command.Heartbeats;
import io.tidemark.agent.guard.GuardProcesses;
import io.tidemark.agent.inventory.InventoryService;
import io.tidemark.agent.snapshot.SnapshotService;
import jakarta.inject.Singleton;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/// What goes on beside the commands for as long as the agent lives.
@Singleton
final class AgentThreads implements AutoCloseable {
    private final Heartbeats heartbeats;
    private final InventoryService inventory;
    private final GuardProcesses guards;
    private final ScheduledExecutorService sweeps = Executors.newScheduledThreadPool(
            2, Thread.ofPlatform().daemon().name("sweep").factory());

    AgentThreads(Heartbeats heartbeats, InventoryService inventory, GuardProcesses guards) {
        this.heartbeats = heartbeats;
        this.inventory = inventory;
        this.guards = guards;
    }

    Heartbeats heartbeats() {
        return heartbeats;
    }

    InventoryService inventory() {
        return inventory;
    }

    GuardProcesses guards() {
        return guards;
    }

    void sweepEveryMinute(BackupService backups, SnapshotService snapshots) {
        var _ = sweeps.scheduleWithFixedDelay(backups::sweep, 0, 1, TimeUnit.MINUTES);
        var _ = sweeps.scheduleWithFixedDelay(snapshots::sweep, 0, 1, TimeUnit.MINUTES);
    }

    @Override
    public void close() {
        sweeps.shutdownNow();
        heartbeats.close();
        inventory.close();
        guards.close();
    }
}
