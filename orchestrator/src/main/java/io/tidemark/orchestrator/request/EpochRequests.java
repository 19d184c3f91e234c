package io.tidemark.orchestrator.request;

import io.tidemark.orchestrator.inbox.MessageHandler;
import io.tidemark.orchestrator.inbox.Received;
import io.tidemark.orchestrator.query.Asker;
import io.tidemark.orchestrator.query.EpochQuestions;
import io.tidemark.schemas.request.ClientRequest.QueryEpoch;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import java.util.Set;

/// Takes clients' questions about epochs. One correlation id stands for one request of one kind.
@ApplicationScoped
public final class EpochRequests implements MessageHandler {
    private final RequestService service;
    private final EpochQuestions questions;
    private final UsedCorrelations used;

    public EpochRequests(RequestService service, EpochQuestions questions, UsedCorrelations used) {
        this.service = service;
        this.questions = questions;
        this.used = used;
    }

    @Override
    public Set<Class<?>> messages() {
        return Set.of(QueryEpoch.class);
    }

    @Override
    public void handle(Received<?> received) {
        Asked.Key key = RequestService.key(received);
        Optional<String> other = used.byOther(QueryEpoch.class, key);
        if (other.isPresent()) {
            service.refuseUsed(key, other.get());
        } else {
            questions.hear((QueryEpoch) received.envelope().body(), new Asker(key.client(), key.correlation()));
        }
    }
}
