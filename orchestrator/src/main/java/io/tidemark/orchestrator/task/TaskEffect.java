package io.tidemark.orchestrator.task;

import io.tidemark.schemas.id.Attempt;
import io.tidemark.schemas.id.RestorePointId;

/// What a decision asks for. The decider returns it and never does it.
public sealed interface TaskEffect {
    /// Send the command that starts the backup of `point`.
    record SendStart(Attempt attempt, RestorePointId point) implements TaskEffect {}

    /// Send the command that cancels the attempt; the agent remembers it if it arrives first.
    record SendCancel(Attempt attempt) implements TaskEffect {}

    /// Arrange for `TimedOut` when the attempt's deadline passes.
    record ScheduleTimeout(Attempt attempt) implements TaskEffect {}

    /// List the committed point in the catalog; listing it twice changes nothing.
    record ListRestorePoint(RestorePointId point) implements TaskEffect {}
}
