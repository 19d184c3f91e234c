package io.tidemark.orchestrator.query;

import io.tidemark.orchestrator.epoch.Verdict.Broken;
import io.tidemark.schemas.id.HostId;
import io.tidemark.schemas.id.QueryId;
import io.tidemark.schemas.id.SessionId;

/// What is done in the transaction of a question's new state, in this order.
sealed interface EpochQueryEffect {
    /// The host is to look at the VM.
    record SendObserve(QueryId query, HostId host, SessionId session) implements EpochQueryEffect {}

    /// The live epoch was seen to be broken.
    record EndEpoch(Broken broken) implements EpochQueryEffect {}

    /// A client that asked gets its reply.
    record TellAsker() implements EpochQueryEffect {}
}
