package io.tidemark.orchestrator.snapshot;

import io.tidemark.orchestrator.incarnation.Incarnation;
import io.tidemark.orchestrator.outbox.Transactions;
import java.time.Clock;
import java.time.Duration;
import java.util.UUID;
import java.util.function.Supplier;

/// Time, fresh ids and limits for this feature.
///
/// @param deadline how long a task may take where nothing else is said, waiting for its host included
/// @param freezeTimeout how long a guest may stay frozen
/// @param answerLimit how long a host may take to say which snapshots it has
public record SnapshotSupplies(
        Clock clock,
        Supplier<UUID> ids,
        Incarnation incarnation,
        Transactions transactions,
        Duration deadline,
        Duration freezeTimeout,
        Duration answerLimit) {
    public SnapshotSupplies {
        if (answerLimit.toMillis() < 1) {
            throw new IllegalArgumentException(
                    "snapshot query limit: expected at least a millisecond, found " + answerLimit);
        }
    }
}
