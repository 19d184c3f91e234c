package io.tidemark.orchestrator.request;

import io.tidemark.orchestrator.inbox.MessageHandler;
import io.tidemark.orchestrator.inbox.Received;
import io.tidemark.orchestrator.query.Asker;
import io.tidemark.orchestrator.query.EpochQuestions;
import io.tidemark.schemas.request.ClientRequest.QueryEpoch;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Set;

/// Takes clients' questions about epochs. One correlation id stands for one question or one backup, never for both.
@ApplicationScoped
public final class EpochRequests implements MessageHandler {
    private final Requests requests;
    private final RequestService service;
    private final EpochQuestions questions;

    public EpochRequests(Requests requests, RequestService service, EpochQuestions questions) {
        this.requests = requests;
        this.service = service;
        this.questions = questions;
    }

    @Override
    public Set<Class<?>> messages() {
        return Set.of(QueryEpoch.class);
    }

    @Override
    public void handle(Received<?> received) {
        Asked.Key key = RequestService.key(received);
        if (requests.byKey(key).isPresent()) {
            service.refuseUsed(key, "RequestBackup");
        } else {
            questions.hear((QueryEpoch) received.envelope().body(), new Asker(key.client(), key.correlation()));
        }
    }
}
