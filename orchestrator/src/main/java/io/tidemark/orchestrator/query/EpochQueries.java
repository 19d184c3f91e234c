package io.tidemark.orchestrator.query;

import io.tidemark.schemas.id.QueryId;
import io.tidemark.schemas.request.ClientReply.RequestFailed;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Where questions are kept. Joins the caller's transaction. A question is locked before its VM, never after.
public interface EpochQueries {
    void add(EpochQuery query);

    Optional<EpochQuery> byId(QueryId id);

    Optional<EpochQuery> byAsker(Asker asker);

    /// The question; nobody else changes it before the end of the transaction.
    Optional<EpochQuery> lock(QueryId id);

    /// The same by what its host was asked with last.
    Optional<EpochQuery> lockSent(QueryId sent);

    /// Those without an answer that were asked until then.
    List<QueryId> openSince(Instant until);

    /// Stores the state of one that is locked.
    void update(EpochQuery query);

    /// Keeps why a client's question was not taken.
    void refuse(Asker asker, RequestFailed refusal, Instant at);

    Optional<RequestFailed> refusal(Asker asker);

    /// Forgets what was answered or refused before then.
    void forgetBefore(Instant then);
}
