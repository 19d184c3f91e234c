package io.tidemark.orchestrator.outbox;

import io.tidemark.schemas.id.ClientId;
import io.tidemark.schemas.id.HostId;
import io.tidemark.schemas.id.RepositoryId;

/// Makes topics; auto-creation is off. Each call may come again: an existing topic is left as it is. An unreachable
/// broker raises a [Refusal.Unavailable] that names the topics. Never called within a transaction.
public interface TopicRegistry {
    /// The topics of public events, tables, audit and dead letters.
    void makePublic();

    void makeForHost(HostId host);

    void makeForRepository(RepositoryId repository);

    void makeForClient(ClientId client);
}
