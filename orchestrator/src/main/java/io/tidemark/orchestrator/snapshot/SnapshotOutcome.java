package io.tidemark.orchestrator.snapshot;

import io.tidemark.orchestrator.refusal.Refusal;
import io.tidemark.schemas.vocabulary.FailureReason;

/// What became of a wish.
public sealed interface SnapshotOutcome {
    /// The task is stored, and sent if its host can be given work.
    record Opened(SnapshotTask task) implements SnapshotOutcome {}

    /// Nothing was stored.
    ///
    /// @param reason what a client is told
    /// @param refusal what a person is told
    record Refused(FailureReason reason, Refusal refusal) implements SnapshotOutcome {}
}
