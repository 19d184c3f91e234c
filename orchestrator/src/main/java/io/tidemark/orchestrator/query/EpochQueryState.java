package io.tidemark.orchestrator.query;

import io.tidemark.schemas.id.HostId;
import io.tidemark.schemas.id.QueryId;
import java.time.Instant;

/// Where a question stands.
public sealed interface EpochQueryState {
    /// The VM's host was asked to look.
    ///
    /// @param sent what the host answers to
    /// @param token of the epoch as it was when the host was asked
    record Asked(QueryId sent, HostId host, String token) implements EpochQueryState {}

    record Answered(Instant at, EpochAnswer answer) implements EpochQueryState {}
}
