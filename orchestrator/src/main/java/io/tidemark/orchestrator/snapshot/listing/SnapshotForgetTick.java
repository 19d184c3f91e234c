package io.tidemark.orchestrator.snapshot.listing;

import io.tidemark.orchestrator.tick.Tick;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;

/// Forgets questions whose answers nobody has fetched.
@ApplicationScoped
final class SnapshotForgetTick implements Tick {
    private final SnapshotQuestions questions;

    SnapshotForgetTick(SnapshotQuestions questions) {
        this.questions = questions;
    }

    @Override
    public String name() {
        return "snapshot-queries-forget";
    }

    @Override
    public Duration every() {
        return Duration.ofMinutes(1);
    }

    @Override
    public void run() {
        questions.forget();
    }
}
