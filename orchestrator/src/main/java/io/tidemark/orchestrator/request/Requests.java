package io.tidemark.orchestrator.request;

import io.tidemark.schemas.id.ClientId;
import io.tidemark.schemas.id.TaskId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Where clients and their requests are kept. Joins the caller's transaction.
public interface Requests {
    /// Adds the client; one that is there is left as it is.
    void enrol(ClientId client, Instant now);

    List<ClientId> clients();

    Optional<Asked> byKey(Asked.Key key);

    /// Requests that wait for the task and have no answer yet.
    List<Asked> waitingFor(TaskId task);

    /// Adds the row or replaces it.
    void store(Asked asked);
}
