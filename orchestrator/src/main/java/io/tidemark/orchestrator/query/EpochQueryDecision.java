package io.tidemark.orchestrator.query;

import java.util.List;

/// What an event makes of a question.
sealed interface EpochQueryDecision {
    record Moved(EpochQueryState state, List<EpochQueryEffect> effects) implements EpochQueryDecision {
        public Moved {
            effects = List.copyOf(effects);
        }
    }

    record Ignored(String reason) implements EpochQueryDecision {}
}
