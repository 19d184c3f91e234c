package io.tidemark.orchestrator.request;

import io.tidemark.orchestrator.outbox.TopicRegistry;
import io.tidemark.orchestrator.outbox.Transactions;
import io.tidemark.schemas.id.ClientId;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.util.List;

/// Enrols clients: makes their topics and remembers them. Again changes nothing.
@ApplicationScoped
public final class ClientEnrolment {
    private final Requests requests;
    private final TopicRegistry topics;
    private final Transactions transactions;
    private final Clock clock;

    public ClientEnrolment(Requests requests, TopicRegistry topics, Transactions transactions, Clock clock) {
        this.requests = requests;
        this.topics = topics;
        this.transactions = transactions;
        this.clock = clock;
    }

    public void enrol(ClientId client) {
        topics.makeForClient(client);
        transactions.run(() -> requests.enrol(client, clock.instant()));
    }

    public List<ClientId> all() {
        return transactions.call(requests::clients);
    }
}
