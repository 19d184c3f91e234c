package io.tidemark.orchestrator.restore;

import io.tidemark.orchestrator.tick.Tick;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;

/// Looks after restores that wait for their host or have taken too long.
@ApplicationScoped
final class RestoreTick implements Tick {
    private final RestoreService service;

    RestoreTick(RestoreService service) {
        this.service = service;
    }

    @Override
    public String name() {
        return "restores";
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
