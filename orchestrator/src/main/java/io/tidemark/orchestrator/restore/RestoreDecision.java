package io.tidemark.orchestrator.restore;

import java.util.List;

/// What an event makes of a restore.
public sealed interface RestoreDecision {
    /// The restore stands in `state` from now on.
    record Moved(RestoreState state, List<RestoreEffect> effects) implements RestoreDecision {
        public Moved {
            effects = List.copyOf(effects);
        }
    }

    /// The event changes nothing, for the reason named.
    record Ignored(String reason) implements RestoreDecision {}
}
