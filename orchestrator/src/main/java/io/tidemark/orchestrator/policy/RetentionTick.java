package io.tidemark.orchestrator.policy;

import io.tidemark.orchestrator.host.Hosts;
import io.tidemark.orchestrator.incarnation.Incarnation;
import io.tidemark.orchestrator.tick.Tick;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;

/// Applies retention every few seconds, unless deletion stands still after a restore of the catalog.
@ApplicationScoped
final class RetentionTick implements Tick {
    private final RetentionService retention;
    private final SnapshotRetention snapshots;
    private final Hosts hosts;
    private final Incarnation incarnation;

    RetentionTick(RetentionService retention, SnapshotRetention snapshots, Hosts hosts, Incarnation incarnation) {
        this.retention = retention;
        this.snapshots = snapshots;
        this.hosts = hosts;
        this.incarnation = incarnation;
    }

    @Override
    public String name() {
        return "retention";
    }

    @Override
    public Duration every() {
        return Duration.ofSeconds(5);
    }

    @Override
    public void run() {
        if (!incarnation.holdsDeletion()) {
            retention.apply(hosts.vms());
            snapshots.apply();
        }
    }
}
