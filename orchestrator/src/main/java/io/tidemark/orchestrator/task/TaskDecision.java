package io.tidemark.orchestrator.task;

import java.util.List;

/// What an event makes of a task.
public sealed interface TaskDecision {
    /// The task stands in `state` from now on.
    record Moved(TaskState state, List<TaskEffect> effects) implements TaskDecision {
        public Moved {
            effects = List.copyOf(effects);
        }
    }

    /// The task stays where it is, but there is something to do.
    record Kept(TaskState state, List<TaskEffect> effects) implements TaskDecision {
        public Kept {
            effects = List.copyOf(effects);
        }
    }

    /// The event changes nothing, for the reason named.
    record Ignored(String reason) implements TaskDecision {}
}
