package io.tidemark.orchestrator.query;

import io.tidemark.orchestrator.epoch.Verdict;
import io.tidemark.schemas.id.HostId;
import io.tidemark.schemas.id.QueryId;
import java.time.Duration;
import java.time.Instant;

/// What happens to a question.
sealed interface EpochQueryEvent {
    /// A host has looked, or says that it could not.
    ///
    /// @param verdict what it saw makes of the epoch that is live by now; without one it says nothing
    record Observed(QueryId query, HostId speaker, EpochFacts facts, Verdict verdict) implements EpochQueryEvent {}

    /// Nobody has answered for so long.
    record LimitReached(Duration limit, Instant at) implements EpochQueryEvent {}
}
