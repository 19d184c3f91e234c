package io.tidemark.orchestrator.snapshot.listing;

import io.tidemark.schemas.event.AgentEvent.SnapshotsListed;
import io.tidemark.schemas.id.HostId;
import io.tidemark.schemas.id.QueryId;
import java.time.Instant;
import java.util.Optional;

/// Where questions to hosts wait for their answers. Joins the caller's transaction.
public interface SnapshotAnswers {
    void add(QueryId query, HostId host, Instant askedAt);

    /// Keeps the first answer of the host that was asked; any other changes nothing.
    void answer(HostId speaker, SnapshotsListed answer, Instant at);

    Optional<SnapshotsListed> answer(QueryId query);

    void remove(QueryId query);

    void removeBefore(Instant then);
}
