package io.tidemark.orchestrator.query;

import io.tidemark.orchestrator.tick.Tick;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;

/// Forgets questions that were answered long ago.
@ApplicationScoped
final class EpochQueryForgetTick implements Tick {
    private final EpochQuestions questions;

    EpochQueryForgetTick(EpochQuestions questions) {
        this.questions = questions;
    }

    @Override
    public String name() {
        return "epoch-queries-forget";
    }

    @Override
    public Duration every() {
        return Duration.ofMinutes(10);
    }

    @Override
    public void run() {
        questions.forget();
    }
}
