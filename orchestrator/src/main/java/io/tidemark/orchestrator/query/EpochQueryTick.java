package io.tidemark.orchestrator.query;

import io.tidemark.orchestrator.tick.Tick;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;

/// Answers questions whose host has not spoken in time.
@ApplicationScoped
final class EpochQueryTick implements Tick {
    private final EpochQuestions questions;

    EpochQueryTick(EpochQuestions questions) {
        this.questions = questions;
    }

    @Override
    public String name() {
        return "epoch-queries";
    }

    @Override
    public Duration every() {
        return Duration.ofMillis(500);
    }

    @Override
    public void run() {
        questions.expire();
    }
}
