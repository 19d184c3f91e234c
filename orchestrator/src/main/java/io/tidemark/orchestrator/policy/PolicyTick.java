package io.tidemark.orchestrator.policy;

import io.tidemark.orchestrator.tick.Tick;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;

/// Looks for policies that are due, four times a second: the shortest schedule is one second.
@ApplicationScoped
final class PolicyTick implements Tick {
    private final PolicyScheduler scheduler;

    PolicyTick(PolicyScheduler scheduler) {
        this.scheduler = scheduler;
    }

    @Override
    public String name() {
        return "policies";
    }

    @Override
    public Duration every() {
        return Duration.ofMillis(250);
    }

    @Override
    public void run() {
        scheduler.fireDue();
    }
}
