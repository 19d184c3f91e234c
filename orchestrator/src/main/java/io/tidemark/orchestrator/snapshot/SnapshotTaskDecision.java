package io.tidemark.orchestrator.snapshot;

import java.util.List;

/// What an event makes of a task of a snapshot.
sealed interface SnapshotTaskDecision {
    /// The task stands in `state` from now on.
    record Moved(SnapshotTaskState state, List<SnapshotTaskEffect> effects) implements SnapshotTaskDecision {
        public Moved {
            effects = List.copyOf(effects);
        }
    }

    /// The event changes nothing, for the reason named.
    record Ignored(String reason) implements SnapshotTaskDecision {}
}
