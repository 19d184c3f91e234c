package io.tidemark.orchestrator.export;

import java.util.List;

/// What an event makes of an export.
sealed interface ExportDecision {
    record Moved(ExportState state, List<ExportEffect> effects) implements ExportDecision {
        public Moved {
            effects = List.copyOf(effects);
        }
    }

    record Ignored(String reason) implements ExportDecision {}
}
