package io.tidemark.orchestrator.query;

import io.tidemark.orchestrator.outbox.Transactions;
import java.time.Clock;
import java.time.Duration;
import java.util.UUID;
import java.util.function.Supplier;

/// Time, fresh ids and limits for this feature.
///
/// @param limit how long a host may take to answer
/// @param keep how long answers are kept
public record EpochQuerySupplies(
        Clock clock, Supplier<UUID> ids, Transactions transactions, Duration limit, Duration keep) {
    public EpochQuerySupplies {
        if (limit.toMillis() < 1) {
            throw new IllegalArgumentException("epoch query limit: expected at least a millisecond, found " + limit);
        }
    }
}
