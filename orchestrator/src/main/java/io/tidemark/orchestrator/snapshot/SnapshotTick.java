package io.tidemark.orchestrator.snapshot;

import io.tidemark.orchestrator.tick.Tick;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;

/// Looks after tasks of snapshots that wait for their host or have taken too long.
@ApplicationScoped
final class SnapshotTick implements Tick {
    private final SnapshotService service;

    SnapshotTick(SnapshotService service) {
        this.service = service;
    }

    @Override
    public String name() {
        return "snapshots";
    }

    @Override
    public Duration every() {
        return Duration.ofSeconds(1);
    }

    @Override
    public void run() {
        service.turn();
    }
}
